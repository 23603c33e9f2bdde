import { join } from "node:path"
import { noSshHosts } from "../test/support/hosts/ssh-farm.ts"
import { bench } from "./ending.ts"
import { type Figures, measure } from "./measure.ts"
import { fleetOptions } from "./options.ts"
import { benchFolder, copyOfSources } from "./project.ts"
import { slopes } from "./slope.ts"

/**
 * `npm run -s bench:fleet`: previews and a healing `up` of a fleet over SSH, against the engine's floor and ansible; see
 * bench/README.md. The last line is JSON.
 */
await bench(async () => {
  const options = fleetOptions(process.argv.slice(2))
  if (noSshHosts) throw new Error(`no hosts can be made here: ${noSshHosts}`)
  const folder = benchFolder()
  const directory = join(copyOfSources(folder, ["bench/fleet"]), "bench/fleet")
  const all: Figures[] = []
  for (const nodes of options.nodes) {
    if (all.length > 0) console.log(JSON.stringify(all.at(-1)))
    all.push(await measure(nodes, options, folder, directory))
  }
  for (const line of slopes(all)) console.log(line)
  console.log(JSON.stringify(all.at(-1)))
})

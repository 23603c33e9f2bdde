import { spawn } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { run } from "./command.ts"
import { bench } from "./ending.ts"
import { median, rounded } from "./figures.ts"
import { benchFolder } from "./project.ts"

/**
 * `npm run -s bench:start`: what a user waits for before anything happens, as ratios to `node -e 0`: `gatekey --help`, a
 * start of the provider until it prints its port, and `gatekey scan` of a clean home. The runs alternate, after one each
 * that fills the caches. `-- --package FOLDER` takes an installed package in place of the sources; the last line is JSON.
 */
const runs = 9
const limits = { help: 3, provider: 5, scan: 8 }
type Start = keyof typeof limits | "node"

const at = process.argv.indexOf("--package")
const root = resolve(at < 0 ? join(import.meta.dirname, "..") : (process.argv[at + 1] ?? "."))

await bench(async () => {
  const home = join(benchFolder(), "home")
  mkdirSync(home)
  const env = { ...process.env, HOME: home, NO_COLOR: "1" }
  const seconds = async (...words: string[]) => (await run(words, { env, cwd: home })).seconds
  const starts: Readonly<Record<Start, () => Promise<number>>> = {
    node: () => seconds(process.execPath, "-e", "0"),
    help: () => seconds(join(root, "cli/gatekey"), "--help"),
    provider: () => untilPort(join(root, "provider/pulumi-resource-gatekey"), env),
    scan: () => seconds(join(root, "cli/gatekey"), "scan", "--home", home),
  }
  const times: Record<Start, number[]> = { node: [], help: [], provider: [], scan: [] }
  for (let turn = 0; turn <= runs; turn++)
    for (const name of Object.keys(starts) as Start[]) {
      const time = await starts[name]()
      if (turn > 0) times[name].push(time)
    }
  const ratio = (name: Start) => rounded(median(times[name]) / median(times.node))
  for (const name of Object.keys(limits) as (keyof typeof limits)[])
    console.log(`${name}: ${rounded(median(times[name]))} s, ${ratio(name)} times node -e 0; at most ${limits[name]}`)
  console.log(
    JSON.stringify({
      node_s: rounded(median(times.node)),
      help: ratio("help"),
      provider: ratio("provider"),
      scan: ratio("scan"),
    }),
  )
})

/** Starts a provider. @returns the seconds until it listens */
function untilPort(file: string, env: NodeJS.ProcessEnv): Promise<number> {
  const start = process.hrtime.bigint()
  return new Promise((done, failed) => {
    const child = spawn(file, [], { env, stdio: ["ignore", "pipe", "inherit"] })
    let seconds: number | undefined
    child.stdout.once("data", () => {
      seconds = Number(process.hrtime.bigint() - start) / 1e9
      child.kill("SIGTERM")
    })
    child.on("error", failed)
    child.on("close", () => (seconds === undefined ? failed(new Error(`${file} ended without a port`)) : done(seconds)))
  })
}

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { median, rounded } from "../../bench/figures.ts"
import { root } from "../support/engine-program.ts"
import { incidents } from "./catalogue/index.ts"
import { document } from "./document.ts"
import { type Ours, ours } from "./incident.ts"
import { usualLines } from "./own.ts"
import { gatekeyFrom, gatekeyOn, type Result } from "./run.ts"
import { type Fleets, missing, runAll, startSuite } from "./suite.ts"

/** `npm run -s incidents -- [--only ID,…] [--ours]`: all incidents, the products' own tools as well unless `--ours`. */
const { values } = parseArgs({ options: { only: { type: "string" }, ours: { type: "boolean", default: false } } })
const only = values.only?.split(",")
const wanted = incidents.filter(({ id }) => only?.includes(id) ?? true)
if (missing) throw new Error(missing)

const runs = 5
const silent = "DOES NOT NAME IT"
const suite = await startSuite()
try {
  const times = await timed(suite.fleets)
  const usual = values.ours ? undefined : await usualOf(suite.fleets)
  const results: Result[] = []
  for (const [id, result] of runAll(suite.fleets, wanted, ours, usual)) {
    try {
      const done = await result
      results.push(done)
      console.log(`${id}: ${ours.map((tool) => `${tool} ${word(done, tool)}`).join(", ")}${told(done)}`)
      for (const tool of ours) if (word(done, tool) === silent) console.log(saidBy(done, tool))
      if (done.leaks.length > 0) throw new Error(`a token was shown: ${done.leaks.join("; ")}`)
    } catch (error) {
      console.log(`${id}: ${(error as Error).message}`)
      process.exitCode = 1
    }
  }
  if (!only && !values.ours) writeFileSync(join(root, "docs/incidents.md"), document(results))
  const named = (tool: Ours) => results.filter((each) => each.named[tool]?.line).length
  console.log(
    JSON.stringify({
      total: results.length,
      ...Object.fromEntries(ours.map((tool) => [tool, named(tool)])),
      ...(values.ours ? {} : { products_own_tools: results.filter(({ own }) => own.some(({ line }) => line)).length }),
      ...times,
    }),
  )
} finally {
  await suite.stop()
}

async function usualOf({ openclaw, clawdbot }: Fleets) {
  const [first, second] = await Promise.all([usualLines(openclaw), usualLines(clawdbot)])
  return { openclaw: first, clawdbot: second }
}

function word({ named, incident }: Result, tool: Ours): string {
  if (named[tool]?.line) return "names it"
  return typeof incident.cause[tool] === "string" ? "cannot" : silent
}

function saidBy({ named }: Result, tool: Ours): string {
  const { said: { code, seconds } = { code: null, seconds: 0 }, first = [] } = named[tool] ?? {}
  const ended = `  ${tool} ended with ${code} after ${rounded(seconds)} s:`
  return [ended, ...first.map((line) => `  ${tool}: ${line}`)].join("\n")
}

function told({ own }: Result): string {
  if (own.length === 0) return ""
  const names = own.filter(({ line }) => line).map(({ command }) => command)
  return `; ${names.length > 0 ? names.join(", ") : "none of the product's own"}`
}

/** Median seconds, on the fleet as it is when all is well, with nothing else at work. */
async function timed({ openclaw: fleet }: Fleets) {
  const seconds = async (once: () => Promise<{ seconds: number }>) => {
    const all: number[] = []
    while (all.length < runs) all.push((await once()).seconds)
    return rounded(median(all))
  }
  return {
    scan_s: await seconds(() => gatekeyOn(fleet.node, "scan")),
    doctor_s: await seconds(() => gatekeyOn(fleet.node, "doctor")),
    doctor_ssh_s: await seconds(() => gatekeyFrom(fleet, "doctor", "--host", fleet.node.host)),
  }
}

import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { median, rounded } from "../../bench/figures.ts"
import { root } from "../support/engine/program.ts"
import { incidents } from "./catalogue/index.ts"
import { document, type Row, rowOf, rowsIn } from "./document.ts"
import { type Incident, type Ours, ours, tools } from "./incident.ts"
import { type Usual, usualOf } from "./own.ts"
import { gatekeyFrom, gatekeyOn, type Result } from "./run.ts"
import { type Fleets, missing, runAll, startSuite } from "./suite.ts"

/**
 * `npm run -s incidents -- [--only ID,…] [--tools scan,doctor,preview,user,own]`. Each one's row is written as soon as it has
 * run; what is not asked now stays as it was.
 */
const { values } = parseArgs({ options: { only: { type: "string" }, tools: { type: "string" } } })
const only = values.only?.split(",")
const wanted = incidents.filter(({ id }) => only?.includes(id) ?? true)
const asked = tools.filter((tool) => values.tools?.split(",").includes(tool) ?? true)
const isWhole = !only && !values.tools
if (missing) throw new Error(missing)

const runs = 5
const silent = "DOES NOT NAME IT"
const file = join(root, "docs/incidents.md")
const suite = await startSuite(wanted)
try {
  const times = isWhole ? await timed(suite.fleets) : {}
  const usual = await usualOfAll(suite.fleets)
  const results: Result[] = []
  for (const [id, result] of runAll(suite.fleets, wanted, asked, usual)) {
    try {
      const done = await result
      results.push(done)
      note(id, (before) => rowOf(done, before))
      console.log(`${id}: ${ours.map((tool) => `${tool} ${word(done, tool)}`).join(", ")}${told(done)}`)
      for (const tool of ours) if (word(done, tool) === silent) console.log(saidBy(done, tool))
      if (done.leaks.length > 0) throw new Error(`a token was shown: ${done.leaks.join("; ")}`)
    } catch (error) {
      note(id, () => undefined)
      console.log(`${id}: ${(error as Error).message}`)
      process.exitCode = 1
    }
  }
  const named = (tool: Ours) => results.filter((each) => each.named[tool]?.line).length
  console.log(
    JSON.stringify({
      total: results.length,
      ...Object.fromEntries(ours.map((tool) => [tool, named(tool)])),
      products_own_tools: results.filter(({ own }) => own?.some(({ line }) => line)).length,
      ...times,
    }),
  )
} finally {
  await suite.stop()
}

/** Writes its row, or takes it out. */
function note(id: string, change: (before: Row | undefined) => Row | undefined): void {
  const rows = new Map(rowsIn(readFileSync(file, "utf8")))
  const row = change(rows.get(id))
  if (row) rows.set(id, row)
  else rows.delete(id)
  writeFileSync(file, document(incidents, rows))
}

async function usualOfAll(fleets: Fleets): Promise<ReadonlyMap<Incident["fleet"], Usual>> {
  const all = await Promise.all([...fleets].map(async ([name, fleet]) => [name, await usualOf(fleet, asked)] as const))
  return new Map(all)
}

function word({ named, incident }: Result, tool: Ours): string {
  if (!named[tool]) return "not asked"
  if (named[tool].line) return "names it"
  return typeof incident.cause[tool] === "string" ? "cannot" : silent
}

function saidBy({ named }: Result, tool: Ours): string {
  const { said: { code, seconds } = { code: null, seconds: 0 }, first = [] } = named[tool] ?? {}
  const ended = `  ${tool} ended with ${code} after ${rounded(seconds)} s:`
  return [ended, ...first.map((line) => `  ${tool}: ${line}`)].join("\n")
}

function told({ own }: Result): string {
  if (!own) return ""
  const names = own.filter(({ line }) => line).map(({ command }) => command)
  return `; ${names.length > 0 ? names.join(", ") : "none of the product's own"}`
}

/** Median seconds, on the fleet as it is when all is well, with nothing else at work. */
async function timed(fleets: Fleets) {
  const fleet = fleets.get("openclaw")
  if (!fleet) return {}
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

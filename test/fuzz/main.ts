// Reads hostile inputs with every parser of the product, and calls the provider over gRPC with them.
// `-- --minutes N`, `--only NAME` (a part of a target's name), `--most N` inputs a target, `--seed N`; the last line is JSON.
import { parseArgs } from "node:util"
import { callProvider } from "./calls.ts"
import { keepFinding } from "./corpus.ts"
import { openSessions } from "./sessions.ts"
import { targets } from "./targets/index.ts"
import { watchTargets } from "./watch.ts"

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    only: { type: "string" },
    most: { type: "string" },
    calls: { type: "string" },
    seed: { type: "string" },
  },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
const most = values.most === undefined ? Number.MAX_SAFE_INTEGER : Number(values.most)
if (!(minutes > 0) || !Number.isInteger(seed) || !(most > 0)) throw new Error("expected numbers above 0")
const { only } = values
const chosen = targets.filter(({ name }) => only === undefined || name.includes(only))
if (chosen.length === 0) throw new Error(`no target has ${only} in its name`)

const begun = Date.now()
// A tenth of the time is for the calls.
const milliseconds = (minutes * 60_000 * 0.9) / chosen.length
const totals = { inputs: 0, crashes: 0, hangs: 0, growths: 0, kept: 0 }
await watchTargets({ names: chosen.map(({ name }) => name), seed, milliseconds, most }, (done) => {
  totals.inputs += done.inputs
  totals.kept += done.kept
  console.log(`${String(done.inputs).padStart(9)} inputs  ${String(done.blocks).padStart(5)} blocks  ${done.name}`)
  for (const fault of done.faults) {
    totals.crashes += fault.kind === "crash" ? 1 : 0
    totals.hangs += fault.kind === "hang" ? 1 : 0
    totals.growths += fault.kind === "growth" ? 1 : 0
    const kept = fault.input === "" ? "" : `; kept as ${keepFinding(done.name, Buffer.from(fault.input, "base64"))}`
    console.log(`FAULT ${fault.kind} in ${done.name}: ${fault.message}${kept}`)
  }
})
const asked = values.calls === undefined ? Math.ceil(minutes * 1_100) : Number(values.calls)
const calls = only === undefined && asked > 0 ? await callProvider(asked, seed) : { calls: 0, refused: 0, faults: [] }
for (const fault of calls.faults) console.log(`FAULT in a call: ${fault}`)
const wanted = values.calls === undefined ? Math.ceil(minutes * 300) : Math.ceil(Number(values.calls) / 4)
const sessions = only === undefined ? await openSessions(wanted, seed) : { sessions: 0, faults: [] }
for (const fault of sessions.faults) console.log(`FAULT in a session: ${fault}`)
const failures = totals.crashes + totals.hangs + totals.growths + calls.faults.length + sessions.faults.length
const seconds = Math.round((Date.now() - begun) / 1000)
console.log(
  JSON.stringify({
    targets: chosen.length,
    ...totals,
    calls: calls.calls,
    refused: calls.refused,
    sessions: sessions.sessions,
    seed,
    seconds,
    failures,
  }),
)
process.exitCode = failures === 0 ? 0 : 1

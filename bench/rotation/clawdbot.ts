import { setTimeout as pause } from "node:timers/promises"
import { median, rounded } from "../figures.ts"
import { type LiveFleet, startFleet } from "./fleet.ts"
import { outage, prober } from "./prober.ts"
import { nextWrite } from "./written.ts"

const nodes = 2
/** The gateway records when a node connected, so it need not be asked often. */
const everyMilliseconds = 500
const patienceMilliseconds = 60_000

/** Milliseconds, medians. */
export interface ClawdbotFigures {
  readonly rotations: number
  /** In which a client that reads the token at each connect was not accepted. */
  readonly outage_ms: number | null
  /** From the write until the last node was connected again, by the gateway's own record. */
  readonly nodes_back_ms: number | null
}

/** Rotates a gateway that restarts for another token, and whose nodes end with it and are started again. */
export async function benchClawdbot(folder: string, rotations: number): Promise<{ clawdbot: ClawdbotFigures }> {
  const fleet = await startFleet({ folder, product: "clawdbot", nodes })
  const times = { outage: [] as number[], back: [] as number[] }
  for (let rotation = 2; rotation < rotations + 2; rotation++) {
    const { tries, stop } = prober(fleet.port, () => ({ token: fleet.token() }))
    const write = nextWrite(fleet.file)
    fleet.declare(rotation)
    const [{ seconds }, back] = await Promise.all([
      fleet.pulumi("up", "--yes"),
      write.written.then(({ at }) => nodesBack(fleet, at)),
    ])
    await stop()
    times.outage.push(outage(tries))
    times.back.push(back)
    const failed = tries.filter(({ verdict }) => verdict !== "accepted")
    const why = [...new Set(failed.map(({ why }) => why))].join(", ")
    console.log(
      `clawdbot ${rotation - 1}: up ${rounded(seconds)} s, outage ${Math.round(times.outage.at(-1) ?? 0)} ms (${failed.length} of ${tries.length} connects: ${why}), nodes back after ${Math.round(back)} ms`,
    )
  }
  return {
    clawdbot: { rotations, outage_ms: rounded(median(times.outage)), nodes_back_ms: rounded(median(times.back)) },
  }
}

/** Waits until all nodes are back. @param since when the token was written, in milliseconds */
async function nodesBack(fleet: LiveFleet, since: number): Promise<number> {
  const deadline = Date.now() + patienceMilliseconds
  while (Date.now() < deadline) {
    const back = [...(await fleet.nodes()).values()].filter((at) => at > since)
    if (back.length === nodes) return Math.max(...back) - since
    await pause(everyMilliseconds)
  }
  throw new Error("the nodes did not come back")
}

import { readFileSync } from "node:fs"
import { startEcho } from "../../test/support/proxies/echo.ts"
import { type Haproxy, startHaproxy } from "../../test/support/proxies/haproxy.ts"
import { median, rounded } from "../figures.ts"
import { now } from "../rotation/client.ts"
import { connectRatio } from "./connect.ts"
import { type Expectations, type Result, within } from "./expected.ts"
import { openSite } from "./site.ts"
import { type Opened, openSocket } from "./sockets.ts"

export const costExpected: Expectations = {
  "cost.pss_mb_guard": within(20),
  "cost.pss_mb_sidecar": within(12),
  "cost.kb_per_connection": within(80),
  "cost.rtt_ms_added": within(0.3),
  "cost.connect_ratio": within(5),
}

const many = 200
const connects = 15
const size = 200

/** What a guard and a sidecar cost. */
export async function cost(options: { readonly quick: boolean }): Promise<Result> {
  return { cost: { ...(await hops(options)), connect_ratio: await connectRatio(options) } }
}

/** Memory of a guard and a sidecar, and what both hops add, against the same server without them, in turn. */
async function hops({ quick }: { readonly quick: boolean }): Promise<Result> {
  const [rounds, trips] = quick ? [2, 100] : [5, 400]
  const echo = await startEcho()
  const site = await openSite(echo.port)
  await site.up([{ name: "tw" }])
  const sidecar = await site.sidecar("tw")
  const [guardProcess, sidecarProcess] = [await startHaproxy(site.guard.folder), await startHaproxy(sidecar.folder)]
  const ways = { direct: `ws://127.0.0.1:${echo.port}`, guarded: `ws://127.0.0.1:${sidecar.port}` }
  await openSocket(ways.guarded).then(end)
  const memory = { guard: await pssOf(guardProcess), sidecar: await pssOf(sidecarProcess) }
  const times = {
    direct: { open: [] as number[], trip: [] as number[] },
    guarded: { open: [] as number[], trip: [] as number[] },
  }
  for (let round = 0; round < rounds; round++) {
    for (const way of ["direct", "guarded"] as const) {
      const { open, trip } = times[way]
      for (let count = 0; count < connects; count++) open.push(await openSocket(ways[way]).then(end))
      const opened = await openSocket(ways[way])
      trip.push(await tripsOn(opened, trips))
      end(opened)
    }
  }
  const before = await pssOf(guardProcess)
  await Promise.all(Array.from({ length: many }, () => openSocket(ways.guarded)))
  const after = await pssOf(guardProcess)
  const of = (way: "direct" | "guarded", what: "open" | "trip") => median(times[way][what])
  return {
    pss_mb_guard: rounded(memory.guard / 1024),
    pss_mb_sidecar: rounded(memory.sidecar / 1024),
    kb_per_connection: rounded((after - before) / many),
    rtt_ms_added: rounded(of("guarded", "trip") - of("direct", "trip")),
    connect_ms_added: rounded(of("guarded", "open") - of("direct", "open")),
  }
}

/** @returns how long it took to open */
function end({ socket, took }: Opened): number {
  socket.terminate()
  return took
}

/** The median of round trips of one message. */
async function tripsOn({ socket }: Opened, count: number): Promise<number> {
  const times: number[] = []
  for (let trip = 0; trip < count; trip++) {
    const begun = now()
    const answer = new Promise((resolve) => socket.once("message", resolve))
    socket.send("x".repeat(size))
    await answer
    times.push(now() - begun)
  }
  return median(times)
}

/** Kilobytes of the master and its workers; what they share is divided between them. */
async function pssOf({ child, workers }: Haproxy): Promise<number> {
  const pids = [String(child.pid), ...(await workers())]
  const each = pids.map((pid) => /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1])
  return each.reduce((sum, kilobytes = "0") => sum + Number(kilobytes), 0)
}

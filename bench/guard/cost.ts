import { readFileSync } from "node:fs"
import { startEcho } from "../../test/support/proxies/echo.ts"
import { type Haproxy, startHaproxy } from "../../test/support/proxies/haproxy.ts"
import { rounded } from "../figures.ts"
import { type Expectations, type Result, within } from "./expected.ts"
import { passage } from "./passage.ts"
import { openSite } from "./site.ts"
import { openSocket } from "./sockets.ts"

export const costExpected: Expectations = {
  "cost.pss_mb_guard": within(20),
  "cost.pss_mb_sidecar": within(12),
  "cost.kb_per_connection": within(80),
  "cost.rtt_ms_added": within(0.3),
  "cost.connect_ratio": within(5),
}

const many = 200

/** What a guard and a sidecar cost. */
export async function cost(options: { readonly quick: boolean }): Promise<Result> {
  return { cost: { ...(await memory()), ...(await passage(options)) } }
}

/** Memory of a guard and a sidecar, and of each connection to the guard. */
async function memory(): Promise<Result> {
  const echo = await startEcho()
  const site = await openSite(echo.port)
  await site.up([{ name: "tw" }])
  const sidecar = await site.sidecar("tw")
  const [guardProcess, sidecarProcess] = [await startHaproxy(site.guard.folder), await startHaproxy(sidecar.folder)]
  const open = () => openSocket(`ws://127.0.0.1:${sidecar.port}`)
  const first = await open()
  const [guard, other] = [await pssOf(guardProcess), await pssOf(sidecarProcess)]
  await Promise.all(Array.from({ length: many }, open))
  const after = await pssOf(guardProcess)
  first.socket.terminate()
  return {
    pss_mb_guard: rounded(guard / 1024),
    pss_mb_sidecar: rounded(other / 1024),
    kb_per_connection: rounded((after - guard) / many),
  }
}

/** Kilobytes of the master and its workers; what they share is divided between them. */
async function pssOf({ child, workers }: Haproxy): Promise<number> {
  const pids = [String(child.pid), ...(await workers())]
  const each = pids.map((pid) => /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1])
  return each.reduce((sum, kilobytes = "0") => sum + Number(kilobytes), 0)
}

import { startHaproxy } from "../../test/support/proxies/haproxy.ts"
import { median, rounded } from "../figures.ts"
import { openLive } from "./live.ts"
import { openSocket } from "./sockets.ts"

const connects = 20

/** How long a connect to a real gateway takes by sidecar and guard, until its first message, over one without them. */
export async function connectRatio({ quick }: { readonly quick: boolean }): Promise<number | null> {
  const live = await openLive()
  const sidecar = await live.sidecar("tw")
  await startHaproxy(live.guard.folder)
  await startHaproxy(sidecar.folder)
  const ways = { direct: live.gateway.port, guarded: sidecar.port }
  const times = { direct: [] as number[], guarded: [] as number[] }
  for (let count = 0; count < (quick ? 1 : 5) * connects; count++) {
    for (const way of ["direct", "guarded"] as const) {
      const { socket, took } = await openSocket(`ws://127.0.0.1:${ways[way]}`)
      socket.terminate()
      times[way].push(took)
    }
  }
  console.log(`cost: connect to a gateway ${rounded(median(times.direct))} and ${rounded(median(times.guarded))} ms`)
  return rounded(median(times.guarded) / median(times.direct))
}

import type { WebSocket } from "ws"
import { startHaproxy } from "../../test/support/proxies/haproxy.ts"
import { median, rounded } from "../figures.ts"
import { now } from "../rotation/client.ts"
import type { Result } from "./expected.ts"
import { openLive } from "./live.ts"
import { openSocket } from "./sockets.ts"

const connects = 20
const trips = 100

/**
 * What sidecar and guard add to a connect to a real gateway, until its first message, and to a round trip (a ping, which the
 * gateway answers before it knows who asks): with and without them in turn.
 */
export async function passage({ quick }: { readonly quick: boolean }): Promise<Result> {
  const live = await openLive()
  const sidecar = await live.sidecar("tw")
  await startHaproxy(live.guard.folder)
  await startHaproxy(sidecar.folder)
  const ways = { direct: live.gateway.port, guarded: sidecar.port }
  const times = {
    direct: { connect: [] as number[], trip: [] as number[] },
    guarded: { connect: [] as number[], trip: [] as number[] },
  }
  for (let round = 0; round < (quick ? 1 : 5) * connects; round++) {
    for (const way of ["direct", "guarded"] as const) {
      const { socket, took } = await openSocket(`ws://127.0.0.1:${ways[way]}`)
      times[way].connect.push(took)
      for (let trip = 0; trip < trips; trip++) times[way].trip.push(await pingOn(socket))
      socket.terminate()
    }
  }
  const of = (way: "direct" | "guarded", what: "connect" | "trip") => median(times[way][what])
  for (const what of ["connect", "trip"] as const) {
    console.log(`cost: ${what} ${rounded(of("direct", what))} and ${rounded(of("guarded", what))} ms`)
  }
  return {
    rtt_ms_added: rounded(of("guarded", "trip") - of("direct", "trip")),
    connect_ms_added: rounded(of("guarded", "connect") - of("direct", "connect")),
    connect_ratio: rounded(of("guarded", "connect") / of("direct", "connect")),
  }
}

async function pingOn(socket: WebSocket): Promise<number> {
  const begun = now()
  const answer = new Promise((resolve) => socket.once("pong", resolve))
  socket.ping()
  await answer
  return now() - begun
}

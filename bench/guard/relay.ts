import { once } from "node:events"
import { type AddressInfo, connect, createServer, type Socket } from "node:net"
import { whenFinished } from "../../test/support/finished.ts"

/** What stands between a guard and its gateway: it passes all on, and counts what comes from the guard. */
export interface Relay {
  readonly port: number
  /** How many pieces of data have come for the gateway. */
  passed(): number
}

export async function startRelay(gateway: number): Promise<Relay> {
  let passed = 0
  const open = new Set<Socket>()
  const server = createServer((from) => {
    const to = connect(gateway, "127.0.0.1")
    from.on("data", () => passed++)
    from.pipe(to).pipe(from)
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      open.add(one)
      one.on("error", () => other.destroy())
      one.on("close", () => {
        open.delete(one)
        other.destroy()
      })
    }
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  whenFinished(() => {
    server.close()
    for (const socket of open) socket.destroy()
  })
  return { port: (server.address() as AddressInfo).port, passed: () => passed }
}

import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"

/** A way to a host that is slow, or that ends in the midst. */
export interface Way {
  /** On 127.0.0.1. */
  readonly port: number
  /** How many bytes have gone to the host so far. */
  bytes(): number
  stop(): void
}

export interface WaySettings {
  /** Milliseconds that each byte is under way, there and back. Default: none. */
  readonly delay?: number
  /** After so many bytes to the host the way ends. Default: never. */
  readonly after?: number
  /** Whether both ends are told that it ended, or nothing arrives any more. */
  readonly end?: "told" | "silent"
}

/** The kernel's own way to do so (netem) is not built into every kernel. */
export async function startWay(
  address: string,
  { delay = 0, after = Infinity, end = "told" }: WaySettings = {},
): Promise<Way> {
  let bytes = 0
  let ended = false
  const sockets = new Set<Socket>()
  const forward = (from: Socket, to: Socket, there: boolean) => {
    sockets.add(from)
    from.on("data", (chunk: Buffer) => {
      const rest = there ? Math.max(0, after - bytes) : Infinity
      if (there) bytes += chunk.length
      if (ended) return
      const send = chunk.length > rest ? chunk.subarray(0, rest) : chunk
      if (delay > 0) setTimeout(() => to.write(send), delay)
      else to.write(send)
      if (chunk.length < rest) return
      ended = true
      if (end === "told") for (const socket of sockets) socket.destroy()
    })
    from.on("end", () => setTimeout(() => ended || to.end(), delay))
    from.on("error", () => to.destroy())
  }
  const server = createServer((near) => {
    if (ended && end === "told") {
      near.destroy()
      return
    }
    const far = connect({ host: address, port: 22, noDelay: true })
    near.setNoDelay(true)
    forward(near, far, true)
    forward(far, near, false)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const listening = server.address()
  return {
    port: typeof listening === "object" && listening ? listening.port : 0,
    bytes: () => bytes,
    stop() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

import { WebSocket } from "ws"
import { whenFinished } from "../../test/support/finished.ts"
import { now } from "../rotation/client.ts"

/** A WebSocket that has its first message, and when it was closed. */
export interface Opened {
  readonly socket: WebSocket
  /** Milliseconds until the first message. */
  readonly took: number
  /** When it was closed, in milliseconds since 1970. */
  readonly closed: Promise<number>
}

/** @param options of TLS, such as a client's certificate */
export async function openSocket(url: string, options: object = {}): Promise<Opened> {
  const begun = now()
  const socket = new WebSocket(url, { perMessageDeflate: false, ...options })
  whenFinished(() => socket.terminate())
  const closed = new Promise<number>((resolve) => socket.on("close", () => resolve(now())))
  await new Promise((resolve, reject) => {
    socket.once("message", resolve)
    socket.once("error", reject)
  })
  socket.on("error", () => {})
  return { socket, took: now() - begun, closed }
}

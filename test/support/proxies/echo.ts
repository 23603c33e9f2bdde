import { createServer, type IncomingHttpHeaders } from "node:http"
import type { AddressInfo } from "node:net"
import { WebSocketServer } from "ws"
import { whenFinished } from "../finished.ts"

/** What stands for the gateway behind a guard: it keeps what reaches it, and sends back each message. */
export interface Echo {
  readonly port: number
  readonly requests: { readonly method: string; readonly path: string; readonly headers: IncomingHttpHeaders }[]
}

export async function startEcho(): Promise<Echo> {
  const requests: Echo["requests"] = []
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? "", path: request.url ?? "", headers: request.headers })
    response.end("reached")
  })
  server.on("upgrade", ({ method = "", url = "", headers }) => requests.push({ method, path: url, headers }))
  const sockets = new WebSocketServer({ server })
  sockets.on("connection", (socket) => {
    socket.on("message", (data) => socket.send(String(data)))
    socket.send("hello")
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  whenFinished(() => {
    for (const each of sockets.clients) each.terminate()
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, requests }
}

import { request } from "node:https"
import type { TLSSocket } from "node:tls"
import type { Made } from "./pki.ts"

export interface Attempt {
  readonly port: number
  readonly authority: string
  readonly shows?: Made
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string | string[]>>
  /** It asks for a WebSocket. Default: yes. */
  readonly upgrade?: boolean
  readonly session?: Buffer
}

export interface Answer {
  /** 101 for a WebSocket; undefined if TLS refused. */
  readonly status?: number
  readonly body?: string
  /** Why there is no answer: Node's code of the TLS alert. */
  readonly error?: string
  readonly isResumed?: boolean
}

/** One request to a guard, by a connection of its own. */
export function attempt({ port, authority, shows, method = "GET", path = "/", ...more }: Attempt): Promise<Answer> {
  const { headers = {}, upgrade = true, session } = more
  const websocket = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  }
  return new Promise((resolve) => {
    const sent = request({
      host: "127.0.0.1",
      port,
      method,
      path,
      agent: false,
      ca: authority,
      servername: "studio.test",
      ...(shows ? { cert: shows.certificate, key: shows.key } : {}),
      ...(session ? { session } : {}),
      headers: { ...(upgrade ? websocket : {}), ...headers },
    })
    sent.on("upgrade", (response, socket) => {
      const isResumed = (socket as TLSSocket).isSessionReused()
      socket.destroy()
      resolve({ status: response.statusCode ?? 0, isResumed })
    })
    sent.on("response", (response) => {
      let body = ""
      response.on("data", (chunk) => {
        body += chunk
      })
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body }))
    })
    sent.on("error", (error: NodeJS.ErrnoException) => resolve({ error: error.code ?? error.message }))
    sent.end()
  })
}

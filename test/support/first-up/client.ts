import { setTimeout as pause } from "node:timers/promises"
import WebSocket from "ws"

/** What a client shows to the gateway. */
export interface Shows {
  readonly port: number
  /** Nothing, or what stands under `auth`. */
  readonly auth?: { readonly token?: string; readonly password?: string }
}

/** Milliseconds for one connect: a slow answer on a busy machine is one. */
const patience = 120_000

/** What the gateway says to it: `accepted`, the code of a refusal, or `no answer`. */
export function said({ port, auth }: Shows): Promise<string> {
  return new Promise((done) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { handshakeTimeout: patience })
    const timer = setTimeout(() => say("no answer"), patience)
    const say = (words: string) => {
      clearTimeout(timer)
      socket.terminate()
      done(words)
    }
    socket.on("error", () => say("no answer"))
    socket.on("close", () => say("no answer"))
    socket.on("message", (data) => {
      const { event, id, ok, error } = JSON.parse(data.toString())
      if (event === "connect.challenge")
        socket.send(JSON.stringify({ type: "req", id: "1", method: "connect", params: hello(auth) }))
      // A gateway that starts, or is about to restart, says so without a code.
      else if (id === "1")
        say(
          ok
            ? "accepted"
            : (error.details?.code ??
                (/starting|during gateway restart/.test(error.message) ? "no answer" : error.message)),
        )
    })
  })
}

function hello(auth: Shows["auth"]): object {
  return {
    minProtocol: 3,
    maxProtocol: 4,
    client: { id: "gateway-client", version: "walk", platform: process.platform, mode: "backend" },
    role: "operator",
    scopes: ["operator.read"],
    caps: [],
    commands: [],
    permissions: {},
    ...(auth ? { auth } : {}),
  }
}

export interface Client {
  /** What it was told before anything was done. */
  readonly before: string
  /** What else it was told since, but for `no answer`. */
  told(): readonly string[]
  /** Seconds of the longest time in which it was not told the same as before. */
  longest(): number
  end(): Promise<void>
}

/** Connects again and again. The time counts from an attempt that was not answered as before to the next one that was. */
export async function clientOf(shows: Shows): Promise<Client> {
  const before = await said(shows)
  const told = new Set<string>()
  let working = true
  let longest = 0
  let out: number | undefined
  const loop = (async () => {
    for (; working; await pause(150)) {
      const begun = Date.now()
      const words = await said(shows)
      if (words === before) out = undefined
      else out ??= begun
      if (out !== undefined) longest = Math.max(longest, Date.now() - out)
      if (words !== before && words !== "no answer") told.add(words)
    }
  })()
  return {
    before,
    told: () => [...told],
    longest: () => longest / 1000,
    async end() {
      working = false
      await loop
    },
  }
}

import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto"
import WebSocket from "ws"

/** What a client shows. A device that is paired shows the device token it was given then. */
export type Credential = { readonly token: string; readonly device?: Device } | PairedDevice

interface PairedDevice {
  readonly device: Device
  readonly deviceToken: string
}

/** A device's own key. */
export interface Device {
  readonly id: string
  readonly key: KeyObject
  readonly raw: Buffer
}

/** What came of one connect: `unavailable` where nothing refused, and nothing was there to accept. */
export interface Knocked {
  readonly verdict: "accepted" | "refused" | "unavailable"
  readonly why: string
  readonly session?: Session
}

/** A connection that was accepted. */
interface Session {
  /** The device token, at the first pairing. */
  readonly deviceToken: string | undefined
  readonly closed: Promise<{ readonly code: number; readonly at: number }>
  request(method: string, params?: object): Promise<unknown>
  close(): void
}

const patienceMilliseconds = 10_000

export function newDevice(): Device {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  const raw = publicKey.export({ type: "spki", format: "der" }).subarray(-32)
  return { id: createHash("sha256").update(raw).digest("hex"), key: privateKey, raw }
}

/** Returns milliseconds, comparable with a file's times. */
export function now(): number {
  return performance.timeOrigin + performance.now()
}

/** Connects once as a client that is not gatekey. Source of the protocol: openclaw 2026.9.6. */
export function knock(port: number, credential: Credential, scopes = ["operator.read"]): Promise<Knocked> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { perMessageDeflate: false })
  const closed = new Promise<{ code: number; at: number }>((resolve) =>
    socket.on("close", (code) => resolve({ code, at: now() })),
  )
  return new Promise((resolve) => {
    const report = (verdict: Knocked["verdict"], why: string, session?: Session) => {
      clearTimeout(timer)
      resolve({ verdict, why, ...(session ? { session } : {}) })
      if (!session) socket.terminate()
    }
    const timer = setTimeout(() => report("unavailable", "silent"), patienceMilliseconds)
    socket.on("error", (error: NodeJS.ErrnoException) => report("unavailable", error.code ?? error.message))
    void closed.then(({ code }) => report("unavailable", `closed ${code}`))
    socket.on("message", (data) => {
      const frame = JSON.parse(String(data))
      if (frame.event === "connect.challenge") socket.send(hello(credential, scopes, frame.payload))
      if (frame.id !== "connect") return
      const { code, message, details } = frame.error ?? {}
      if (frame.ok) report("accepted", "", sessionOn(socket, closed, frame.payload?.auth?.deviceToken))
      else report(/starting/.test(message) ? "unavailable" : "refused", details?.code ?? message ?? code)
    })
  })
}

function hello(credential: Credential, scopes: readonly string[], challenge: { nonce: string; ts?: number }): string {
  const { device } = credential
  const client = { id: device ? "cli" : "gateway-client", version: "bench", platform: "linux" }
  const mode = device ? "cli" : "backend"
  const auth = "deviceToken" in credential ? { deviceToken: credential.deviceToken } : { token: credential.token }
  const shown = "deviceToken" in credential ? credential.deviceToken : credential.token
  const signed = device && {
    id: device.id,
    publicKey: device.raw.toString("base64url"),
    ...signature(device, [device.id, client.id, mode, "operator", scopes.join(",")], shown, challenge),
  }
  const params = {
    ...{ minProtocol: 3, maxProtocol: 4, client: { ...client, mode }, role: "operator", scopes },
    ...{ caps: [], commands: [], permissions: {}, auth, ...(signed ? { device: signed } : {}) },
  }
  return JSON.stringify({ type: "req", id: "connect", method: "connect", params })
}

function signature({ key }: Device, fields: string[], shown: string, { nonce, ts }: { nonce: string; ts?: number }) {
  const signedAt = ts ?? Date.now()
  const payload = ["v2", ...fields, signedAt, shown, nonce].join("|")
  return { signature: sign(null, Buffer.from(payload), key).toString("base64url"), signedAt, nonce }
}

function sessionOn(socket: WebSocket, closed: Session["closed"], deviceToken: string | undefined): Session {
  let count = 0
  return {
    deviceToken,
    closed,
    close: () => socket.close(1000),
    request(method, params = {}) {
      const id = `${++count}`
      return new Promise((resolve, reject) => {
        socket.on("message", (data) => {
          const frame = JSON.parse(String(data))
          if (frame.id !== id) return
          if (frame.ok) resolve(frame.payload)
          else reject(new Error(`${method}: ${frame.error?.message}`))
        })
        void closed.then(({ code }) => reject(new Error(`${method}: closed ${code}`)))
        socket.send(JSON.stringify({ type: "req", id, method, params }))
      })
    },
  }
}

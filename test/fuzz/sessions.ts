import { once } from "node:events"
import { type AddressInfo, connect as dial } from "node:net"
import { WebSocketServer } from "ws"
import { UserError } from "../../core/errors.ts"
import { Secret } from "../../core/secret.ts"
import { connect } from "../../gateways/session.ts"
import { describeVerdict } from "../../gateways/verdict.ts"
import { mutateBytes, mutateJson } from "./mutate.ts"
import { createRandom, type Random } from "./random.ts"
import { expectPrintable } from "./target.ts"

export interface Sessions {
  readonly sessions: number
  readonly faults: readonly string[]
}

const mostFaults = 5
const frames = [
  '{"type":"event","event":"connect.challenge","payload":{"nonce":"x"}}',
  '{"type":"res","id":"connect","ok":true,"payload":{"auth":{"scopes":["operator.read"]}}}',
  '{"type":"res","id":"connect","ok":false,"error":{"code":"X","message":"token mismatch","details":{"code":"Y"}}}',
  '{"type":"res","id":"1","ok":true,"payload":{"paired":[],"pending":[]}}',
  '{"type":"res","id":"1","ok":false,"error":{"message":"unknown method"}}',
]

/** Connects to a gateway that answers with mutations of its frames. A fault is any error but our own, also one that nothing catches. */
export async function openSessions(count: number, seed: number): Promise<Sessions> {
  const random = createRandom(seed)
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false })
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  server.on("connection", (socket) => {
    for (const frame of frames.slice(0, 1 + random.below(3))) socket.send(spoil(frame, random))
    socket.on("message", () => {
      for (let answers = 1 + random.below(2); answers > 0; answers--)
        socket.send(spoil(random.pick(frames.slice(1)), random))
      if (random.below(2) === 0) socket.close(random.pick([1000, 1012, 4001]), "x")
    })
    socket.on("error", () => {})
    setTimeout(() => socket.terminate(), 50).unref()
  })
  const faults: string[] = []
  const uncaught = (error: Error) =>
    faults.push(`nothing catches it: ${error.stack?.split("\n").slice(0, 3).join(" ")}`)
  process.on("uncaughtException", uncaught)
  let sessions = 0
  try {
    for (; sessions < count && faults.length < mostFaults; sessions++) await openOnce(port, faults)
    // What is thrown in an event comes later.
    await new Promise((resolve) => setTimeout(resolve, 100))
  } finally {
    process.off("uncaughtException", uncaught)
    for (const client of server.clients) client.terminate()
    server.close()
  }
  return { sessions, faults }
}

async function openOnce(port: number, faults: string[]): Promise<void> {
  const stream = dial(port, "127.0.0.1")
  stream.on("error", () => {})
  try {
    const { verdict, session } = await connect(stream, {
      product: "openclaw",
      port,
      token: new Secret("x"),
      timeout: 2_000,
    })
    expectPrintable([describeVerdict(verdict)])
    await session?.request("device.pair.list")
    session?.close()
  } catch (error) {
    if (!(error instanceof UserError))
      faults.push(
        String((error as Error).stack)
          .split("\n")
          .slice(0, 3)
          .join(" "),
      )
    else expectPrintable([error.message])
  } finally {
    stream.destroy()
  }
}

function spoil(frame: string, random: Random): string {
  if (random.below(4) === 0) return frame
  return random.below(5) === 0
    ? mutateBytes(Buffer.from(frame), random, [], [Buffer.from(frame)]).toString()
    : mutateJson(frame, random)
}

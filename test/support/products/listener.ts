import { type ChildProcess, spawn } from "node:child_process"
import { randomInt } from "node:crypto"
import { createSocket } from "node:dgram"
import { type EventEmitter, once } from "node:events"
import { cpSync, mkdirSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { dirname, join } from "node:path"
import { onTestFinished } from "vitest"
import { folder } from "../hosts/machine.ts"

/**
 * A port of the loopback that nobody has, and that no other test is given, of this run or another. It is below those
 * that the kernel gives to whoever asks for any.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + randomInt(12_000)
    if ((await isReserved(port)) && (await isFree(port))) return port
  }
}

/** Until this process ends: the same number for datagrams is held, which leaves that for connections free. */
async function isReserved(port: number): Promise<boolean> {
  const socket = createSocket("udp4").unref()
  socket.bind(port, "127.0.0.1")
  return came(socket, "listening")
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1")
  if (!(await came(server, "listening"))) return false
  await new Promise((closed) => server.close(closed))
  return true
}

function came(emitter: EventEmitter, event: string): Promise<boolean> {
  return once(emitter, event).then(
    () => true,
    () => false,
  )
}

/** A process of its own that listens. */
export interface Listening {
  readonly pid: number
  readonly port: number
  readonly child: ChildProcess
  ended(): Promise<void>
}

const program = `
const [address, port] = process.env.LISTEN.split(" ")
require("node:net").createServer().listen(Number(port), address, () => console.log("listening"))
`

/**
 * A real listener until the test ends, as its own program: `script` is its path in a folder that goes with the test, so
 * that `openclaw/openclaw.mjs` passes for what it is called.
 */
export async function listens(
  port: number,
  {
    script = "other-server.cjs",
    args = [],
    address = "127.0.0.1",
    uid,
  }: { script?: string; args?: readonly string[]; address?: string; uid?: number } = {},
): Promise<Listening> {
  const path = listenerScript(script)
  const child = spawn(process.execPath, [path, ...args], {
    // Its home is its own: without one it is taken for one of whose user it runs as, in any scan beside it.
    env: { LISTEN: `${address} ${port}`, HOME: dirname(path) },
    stdio: ["ignore", "pipe", "inherit"],
    ...(uid === undefined ? {} : { uid, gid: uid }),
  })
  const end = once(child, "exit")
  onTestFinished(async () => {
    child.kill("SIGKILL")
    await end
  })
  await once(child.stdout, "data")
  return { pid: child.pid ?? 0, port, child, ended: async () => void (await end) }
}

/** The script that `listens` runs; it takes address and port from LISTEN. */
export function listenerScript(name: string): string {
  const top = folder()
  const path = join(top, name)
  mkdirSync(join(path, ".."), { recursive: true })
  writeFileSync(join(top, "program.cjs"), program)
  if (name.endsWith(".mjs")) writeFileSync(path, `import ${JSON.stringify(join(top, "program.cjs"))}\n`)
  else cpSync(join(top, "program.cjs"), path)
  return path
}

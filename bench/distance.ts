import { writeFileSync } from "node:fs"
import { type AddressInfo, createServer, type Server, Socket } from "node:net"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { Farm } from "../test/support/hosts/ssh-farm.ts"
import { atEnd } from "./ending.ts"

/**
 * Puts the hosts farther away: a relay holds everything that goes to a host or comes from it for half of `delay`
 * milliseconds. (`tc netem` would do the same below TCP; not every kernel has it.)
 * @returns an ssh config for the hosts as they are now
 */
export async function distant(farm: Farm, delay: number): Promise<string> {
  if (delay === 0) return farm.config
  const hosts = await Promise.all(
    farm.hosts.map(async ({ name, address }) => {
      const server = createServer((near) => relay(near, address, delay))
      atEnd(() => void server.close())
      return `Host ${name}\n  HostName 127.0.0.1\n  Port ${await portOf(server)}\n  HostKeyAlias ${name}\n`
    }),
  )
  const config = join(farm.folder, "distant_ssh_config")
  writeFileSync(config, `${hosts.join("")}Match all\nInclude ${farm.config}\n`)
  return config
}

function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port)))
}

/** Relays a connection: as with TCP, the far side has it, and what was sent over it, after one way there, one back, one there. */
function relay(near: Socket, address: string, delay: number): void {
  const far = new Socket()
  near.setNoDelay(true)
  const opened = sleep(delay * 1.5).then(() => void far.connect({ host: address, port: 22 }).setNoDelay(true))
  pass(near, far, delay / 2, opened)
  pass(far, near, delay / 2, opened)
}

/** Forwards data after the delay, in its order. */
function pass(from: Socket, to: Socket, delay: number, opened: Promise<void>): void {
  let before = opened
  const later = (act: () => unknown) => {
    const due = Date.now() + delay
    before = before.then(() => sleep(Math.max(0, due - Date.now()))).then(() => void act())
  }
  from.on("data", (chunk) => later(() => to.write(chunk)))
  from.on("end", () => later(() => to.end()))
  from.on("error", () => to.destroy())
}

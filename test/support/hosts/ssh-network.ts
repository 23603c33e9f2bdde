import { execFileSync } from "node:child_process"
import { connect } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"

/** A network of private addresses that this machine has not got yet. */
export function freeNet(): string {
  const taken = execFileSync("ip", ["-4", "addr"], { encoding: "utf8" })
  for (;;) {
    const net = `10.${64 + Math.floor(Math.random() * 128)}.${Math.floor(Math.random() * 256)}`
    if (!taken.includes(`inet ${net}.`)) return net
  }
}

/** Once an sshd listens there; a machine that is busy boots slowly. */
export async function reachable(address: string): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect({ host: address, port: 22 })
      socket.on("connect", () => resolve(true))
      socket.on("error", () => resolve(false))
      socket.on("close", () => socket.destroy())
    })
    if (open) return
    await sleep(50)
  }
  throw new Error(`no sshd answers at ${address}`)
}

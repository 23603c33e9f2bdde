import { anyAddress } from "../../core/address.ts"
import type { Socket } from "./snapshot.ts"

/**
 * `lsof -Fpun`: a line for each field, the process's before those of its files. With what `netstat` saw: a socket that
 * lsof does not tell belongs to somebody whom we may not see.
 */
export function socketsIn(lsof: readonly string[], netstat: readonly string[]): Socket[] {
  const sockets = new Map<string, Socket>()
  let pid = 0
  let uid: number | undefined
  for (const line of lsof) {
    const value = line.slice(1)
    if (line.startsWith("p")) [pid, uid] = [Number(value), undefined]
    else if (line.startsWith("u")) uid = Number(value)
    else if (line.startsWith("n")) {
      const address = addressIn(value.replace(/:\d+$/, ""))
      const before = sockets.get(`${uid} ${address}`)
      const pids = [...new Set([...(before?.pids ?? []), pid])]
      sockets.set(`${uid} ${address}`, { address, uid, pids })
    }
  }
  const seen = [...sockets.values()]
  const others = netstat
    .map((local) => addressIn(local.replace(/[.:]\d+$/, "")))
    .filter((address) => !seen.some((socket) => same(socket.address, address)))
  return [...seen, ...[...new Set(others)].map((address) => ({ address, uid: undefined, pids: [] }))]
}

function addressIn(text: string): string {
  return text === "*" ? anyAddress : text.replace(/^\[(.*)\]$/, "$1")
}

/** netstat tells no scope of an IPv6 address, and cuts a long one off. */
function same(one: string, other: string): boolean {
  return one === other || one.startsWith(other.replace(/%.*$/, ""))
}

import { anyAddress } from "../../core/address.ts"
import type { Socket } from "./snapshot.ts"

/**
 * Parses `lsof -Fpun`: a line for each field, the process's before those of its files. A socket that only `netstat` lists belongs
 * to a process that this user cannot read.
 */
export function parseLsof(lsof: readonly string[], netstat: readonly string[]): Socket[] {
  const sockets = new Map<string, Socket>()
  let pid = 0
  let uid: number | undefined
  for (const line of lsof) {
    const value = line.slice(1)
    if (line.startsWith("p")) [pid, uid] = [Number(value), undefined]
    else if (line.startsWith("u")) uid = Number(value)
    else if (line.startsWith("n")) {
      const address = parseAddress(value.replace(/:\d+$/, ""))
      const before = sockets.get(`${uid} ${address}`)
      const pids = [...new Set([...(before?.pids ?? []), pid])]
      sockets.set(`${uid} ${address}`, { address, uid, pids })
    }
  }
  const readable = [...sockets.values()]
  const others = netstat
    .map((local) => parseAddress(local.replace(/[.:]\d+$/, "")))
    .filter((address) => !readable.some((socket) => isSameAddress(socket.address, address)))
  return [...readable, ...[...new Set(others)].map((address) => ({ address, uid: undefined, pids: [] }))]
}

function parseAddress(text: string): string {
  return text === "*" ? anyAddress : text.replace(/^\[(.*)\]$/, "$1")
}

/** Compares addresses: netstat omits the scope of an IPv6 address, and truncates a long one. */
function isSameAddress(one: string, other: string): boolean {
  return one === other || one.startsWith(other.replace(/%.*$/, ""))
}

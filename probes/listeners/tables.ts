import type { Socket } from "./snapshot.ts"

/** A row of /proc/net/tcp or tcp6: a listening socket, its user and its inode. */
export interface SocketRow {
  readonly address: string
  readonly uid: number
  readonly inode: string
}

/** Parses `0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000 501 0 12345 …`. @returns undefined for other rows */
export function parseSocketRow(line: string): SocketRow | undefined {
  const [, local = "", , state, , , , uid, , inode] = line.trim().split(/\s+/)
  const [hex = ""] = local.split(":")
  if (state !== "0A" || inode === undefined || !/^\d+$/.test(uid ?? "") || !/^([0-9A-F]{8}){1,4}$/i.test(hex)) {
    return undefined
  }
  return { address: parseAddress(hex), uid: Number(uid), inode }
}

/** Parses an address: each 32 bits are in the machine's byte order, which is little-endian wherever gateways run. */
function parseAddress(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, "hex")].reverse())
  if (bytes.length === 4) return bytes.join(".")
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (mapped) return bytes.slice(12).join(".")
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0)).toString(16),
  )
  // Shortens it as the standard does.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1)
}

/** Adds the processes to rows. @param holders lines `PID INODE` */
export function addHolders(rows: readonly SocketRow[], holders: readonly string[]): Socket[] {
  const pids = new Map<string, number[]>()
  for (const holder of holders) {
    const [pid, inode = ""] = holder.split(" ")
    pids.set(inode, [...(pids.get(inode) ?? []), Number(pid)])
  }
  return rows.map(({ address, uid, inode }) => ({ address, uid, pids: pids.get(inode) ?? [] }))
}

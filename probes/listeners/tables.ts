import type { Socket } from "./snapshot.ts"

/** A row of /proc/net/tcp or tcp6: a socket that listens, whose it is, and its inode. */
export interface Row {
  readonly address: string
  readonly uid: number
  readonly inode: string
}

/** `0: 0100007F:4965 00000000:0000 0A 00000000:00000000 00:00000000 00000000 501 0 12345 …`; other rows are left out. */
export function rowIn(line: string): Row | undefined {
  const [, local = "", , state, , , , uid, , inode] = line.trim().split(/\s+/)
  const [hex = ""] = local.split(":")
  if (state !== "0A" || inode === undefined || !/^\d+$/.test(uid ?? "") || !/^([0-9A-F]{8}){1,4}$/i.test(hex)) {
    return undefined
  }
  return { address: addressIn(hex), uid: Number(uid), inode }
}

/** The kernel writes each 32 bits in the machine's own order, which is little-endian wherever gateways run. */
function addressIn(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, "hex")].reverse())
  if (bytes.length === 4) return bytes.join(".")
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255
  if (mapped) return bytes.slice(12).join(".")
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[at * 2] ?? 0) * 256 + (bytes[at * 2 + 1] ?? 0)).toString(16),
  )
  // The standard's own way to shorten it.
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1)
}

/** Rows, and lines `PID INODE` of who holds them open. */
export function socketsOf(rows: readonly Row[], holders: readonly string[]): Socket[] {
  const pids = new Map<string, number[]>()
  for (const holder of holders) {
    const [pid, inode = ""] = holder.split(" ")
    pids.set(inode, [...(pids.get(inode) ?? []), Number(pid)])
  }
  return rows.map(({ address, uid, inode }) => ({ address, uid, pids: pids.get(inode) ?? [] }))
}

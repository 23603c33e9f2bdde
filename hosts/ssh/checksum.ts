import { createHash } from "node:crypto"

/** Computes the sums that a host's `sum` may print: SHA-256, and POSIX `cksum`. */
export function computeSums(bytes: Uint8Array): string {
  return `${createHash("sha256").update(bytes).digest("hex")} ${cksum(bytes)}`
}

/** Computes POSIX cksum: a CRC-32 with the bit order opposite to zip, over the content and then its length. */
export function cksum(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = step(crc, byte)
  for (let length = bytes.length; length > 0; length = Math.floor(length / 256)) crc = step(crc, length & 0xff)
  return ~crc >>> 0
}

const polynomial = 0x04c11db7

const table = Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24
  for (let bit = 0; bit < 8; bit++) value = value & 0x80000000 ? (value << 1) ^ polynomial : value << 1
  return value
})

function step(crc: number, byte: number): number {
  return (crc << 8) ^ (table[((crc >>> 24) ^ byte) & 0xff] ?? 0)
}

import { randomBytes } from "node:crypto"

/** The public key of a host that there is not, as OpenSSH writes it. */
export function hostKey(type = "ssh-ed25519", told = type): string {
  const length = (bytes: Uint8Array) => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(bytes.length)
    return Buffer.concat([head, bytes])
  }
  return `${type} ${Buffer.concat([length(Buffer.from(told)), length(randomBytes(32))]).toString("base64")}`
}

import { createDecipheriv, pbkdf2Sync } from "node:crypto"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { State } from "./state.ts"

/** What marks a secret among the values of a state. */
const mark = "4dabf18193072939515e22adb298388d"
const keys = new Map<string, Buffer>()

/**
 * Reads the state of a backend's only stack, as `pulumi stack export --show-secrets` prints it. A start of Pulumi for it
 * costs more than the steps that most tests look at.
 * @param backend its folder
 */
export function readState(backend: string, project: string, passphrase: string): State {
  const folder = join(backend, ".pulumi/stacks", project)
  const [file, ...others] = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : []
  if (file === undefined || others.length > 0) throw new Error(`${folder} has ${others.length + 1} states, expected 1`)
  const { checkpoint } = JSON.parse(readFileSync(join(folder, file), "utf8"))
  // A run writes `latest`, `pulumi stack import` writes `Latest`.
  const latest = checkpoint.latest ?? checkpoint.Latest
  if (!latest) return { deployment: {} }
  const { type, state } = latest.secrets_providers ?? {}
  if (type !== undefined && type !== "passphrase") throw new Error(`the state's secrets are kept by ${type}`)
  const reveal = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reveal)
    if (typeof value !== "object" || value === null) return value
    const { ciphertext, ...rest } = value as { readonly [key: string]: unknown }
    if (typeof ciphertext === "string" && mark in rest)
      return { ...rest, plaintext: decrypt(keyOf(state.salt, passphrase), ciphertext) }
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, reveal(each)]))
  }
  return { deployment: reveal(latest) as State["deployment"] }
}

/** @param salt `v1:SALT:…`, as the state has it */
function keyOf(salt: string, passphrase: string): Buffer {
  const known = keys.get(salt + passphrase)
  const key = known ?? pbkdf2Sync(passphrase, Buffer.from(salt.split(":")[1] ?? "", "base64"), 1_000_000, 32, "sha256")
  keys.set(salt + passphrase, key)
  return key
}

/** @param text `v1:NONCE:CIPHERTEXT`, of AES-256-GCM */
function decrypt(key: Buffer, text: string): string {
  const [, nonce = "", sealed = ""] = text.split(":")
  const bytes = Buffer.from(sealed, "base64")
  const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"))
  decipher.setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString("utf8")
}

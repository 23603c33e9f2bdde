import { audienceOf, issuerOf, keyIdOf, longestLife, usualLife } from "../../core/access-token.ts"
import { formatAssignments, shellFile } from "../../core/shell.ts"

/** The names of a client's files in its folder; `token` prints access tokens. */
export const files = { key: "client.key", minter: "token" } as const

/** What the tokens of a client say. */
export interface MinterSettings {
  readonly name: string
  readonly generation: number
  /** Of the Authority. */
  readonly domain: string
  /** The guard's name. */
  readonly audience: string
}

const mark = "# Written by gatekey: `pulumi up` writes it again."
const body = shellFile("minter.sh", import.meta.url)

/** Returns the program that prints a token, for a shell and openssl, which made the key: the host may have no Node on its PATH. */
export function minterProgram({ name, generation, domain, audience }: MinterSettings): string {
  const claims = { id: keyIdOf({ name, generation }), issuer: issuerOf(domain), audience: audienceOf(audience) }
  const values = formatAssignments({ ...claims, lifetime: usualLife, longest: longestLife })
  return `#!/bin/sh\n${mark}\n${values}${body}`
}

/** Checks whether a file is one of our programs. */
export function isMinter(text: string): boolean {
  return text.startsWith(`#!/bin/sh\n${mark}\n`)
}

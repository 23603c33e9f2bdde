import { shown } from "../core/escape.ts"
import type { Foreign } from "../core/foreign.ts"
import { maskStrictly } from "../core/mask.ts"

/** Formats the output of another program in one line, without these secrets and anything that looks like one. */
export function maskOutput(text: Foreign, secrets: readonly (string | undefined)[]): string {
  let line = text.raw()
  for (const secret of secrets) if (secret) line = line.replaceAll(secret, "[masked]")
  return shown(maskStrictly(line.trim().replace(/\s+/g, " ")))
}

import { shown } from "../core/escape.ts"
import type { Foreign } from "../core/foreign.ts"
import { maskStrictly } from "../core/mask.ts"

/** What another program or server said, in one line, without these secrets and without all that looks like one. */
export function maskOutput(text: Foreign, secrets: readonly (string | undefined)[]): string {
  let bare = text.raw()
  for (const secret of secrets) if (secret) bare = bare.replaceAll(secret, "[masked]")
  return shown(maskStrictly(bare.trim().replace(/\s+/g, " ")))
}

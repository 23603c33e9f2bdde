import { shown } from "../core/escape.ts"
import { strictlyMasked } from "../core/mask.ts"

/** What another program or server said, in one line, without these secrets and without all that looks like one. */
export function told(text: string, secrets: readonly (string | undefined)[]): string {
  let bare = text
  for (const secret of secrets) if (secret) bare = bare.replaceAll(secret, "[masked]")
  return shown(strictlyMasked(bare.trim().replace(/\s+/g, " ")))
}

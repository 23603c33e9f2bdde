import { findInterpolated } from "../../places/dotenv/interpolated.ts"
import { unreadValues } from "../../places/dotenv/unread.ts"
import { formats } from "../../places/index.ts"
import { type Base, heldAs, textOf, valuesAt, variables } from "./copy.ts"
import type { PlaceCopy } from "./place-copy.ts"

export function dotenvCopies(base: Base, bytes: Uint8Array): PlaceCopy[] {
  if (base.file.isRaw) return rawCopies(base, bytes)
  const format = base.kind === "compose dotenv" ? { find: findInterpolated } : formats.dotenv
  return variables.flatMap(([product, variable]) => {
    const of = { ...base, product, locator: variable }
    const read = valuesAt(format, bytes, variable).map((held) => ({ ...of, format: "dotenv" as const, held }))
    const unread = unreadValues(bytes, variable).map((value) => ({
      ...of,
      kind: "unread entry" as const,
      held: heldAs(value),
    }))
    return [...read, ...unread]
  })
}

/** Reads Compose's `format: raw`, each line as it is. It is not editable, because quoted values would read differently. */
function rawCopies(base: Base, bytes: Uint8Array): PlaceCopy[] {
  return textOf(bytes)
    .split(/\r?\n/)
    .flatMap((line) => {
      const [, name, value = ""] = /^\s*(\w+)=(.*)$/.exec(line) ?? []
      const found = variables.find(([, variable]) => variable === name)
      return found && value !== "" ? [{ ...base, product: found[0], locator: found[1], held: heldAs(value) }] : []
    })
}

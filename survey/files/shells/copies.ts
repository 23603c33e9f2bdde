import { linesOf } from "../../../places/common/text.ts"
import { formats } from "../../../places/index.ts"
import { familyOf } from "../../../places/shell/family.ts"
import { type Base, collectCopies, productOf, scriptCopy, textOf, valuesAt, variablesIn } from "../copy.ts"
import { definitionReader } from "../definition-text.ts"
import type { PlaceCopy } from "../place-copy.ts"
import { heldInForeign, heldInScript } from "../script-text.ts"
import { environmentDirectory, loginEnvironment, managerConfiguration } from "../session-files.ts"
import { familyOfScript, valuesInFamily } from "./values.ts"

/** Finds the copies in a profile; what fish or csh reads is found by name, for the user to change. */
export function profileCopies(base: Base, bytes: Uint8Array): PlaceCopy[] {
  if (familyOf(base.path)) return scriptCopies(base, bytes)
  if (/\/systemd\/(?:user|system)\.conf/.test(base.path)) return managerConfiguration(base, bytes)
  if (/\/environment\.d\//.test(base.path)) return environmentDirectory(base, bytes)
  if (/\/etc\/environment$|\/\.pam_environment$/.test(base.path)) return loginEnvironment(base, bytes)
  if (/environment$/.test(base.path)) return variablesIn(base, bytes, "environment-file")
  return variablesIn(base, bytes, "shell").flatMap(withFallback)
}

/** Adds the value that a reference of a shell falls back to. */
function withFallback(copy: PlaceCopy): PlaceCopy[] {
  const { held, format: _, ...place } = copy
  if (held.kind !== "variable" || !held.fallback || held.fallback.equals("")) return [copy]
  return [copy, { ...place, locator: `fallback of ${copy.locator}`, held: { kind: "value", value: held.fallback } }]
}

export function scriptCopies(base: Base, bytes: Uint8Array): PlaceCopy[] {
  const text = textOf(bytes)
  const family = familyOfScript(base.path, text)
  if (family) return familyCopies(base, family, text)
  const isShell = /\.(sh|bash|zsh|command|envrc)$/.test(base.path) || /^#!.*\b(ba|z|da|k)?sh\b/.test(text)
  if (!isShell && base.kind === "script") {
    const readings = definitionReader(base.path) ?? ((text: string) => [() => heldInForeign(text)])
    const copies = () => readings(text).map((read) => () => read().map((held) => scriptCopy(base, held)))
    return collectCopies(base, () => collectCopies(base, ...copies()))
  }
  return collectCopies(base, () => {
    const standing = new Map<string, ReadonlyMap<string, number>>()
    return heldInScript(text).map((held) => {
      const { locator, fallbackOf, value } = held
      const known =
        standing.get(locator) ??
        (isShell && fallbackOf === undefined ? positionsOf(bytes, locator) : new Map<string, number>())
      standing.set(locator, known)
      const at = known.get(value.reveal())
      return {
        ...scriptCopy(base, held),
        ...(at === undefined ? {} : { format: "shell" as const }),
        ...(at === undefined || at === 0 ? {} : { shadowed: true as const }),
      }
    })
  })
}

/** Returns the positions of the values that an edit finds; the first counts. */
function positionsOf(bytes: Uint8Array, locator: string): ReadonlyMap<string, number> {
  const found = valuesAt(formats.shell, bytes, locator)
  return new Map(found.flatMap((each, at) => (each.kind === "value" ? [[each.value.reveal(), at] as const] : [])))
}

function familyCopies(base: Base, family: "fish" | "csh", text: string): PlaceCopy[] {
  const lineOf = linesOf(text)
  return collectCopies(base, () => {
    const { held, unknown } = valuesInFamily(family, base.path, text)
    const references = unknown.map(
      ({ locator, at }): PlaceCopy => ({
        ...base,
        locator,
        ...productOf(locator),
        line: lineOf(at),
        held: { kind: "reference" },
      }),
    )
    return [...held.map((each) => ({ ...scriptCopy(base, each), line: lineOf(each.at ?? 0) })), ...references]
  })
}

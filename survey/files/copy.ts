import type { FormatName, FoundContent } from "../../core/content.ts"
import { Secret } from "../../core/secret.ts"
import type { Format } from "../../places/format.ts"
import { formats } from "../../places/index.ts"
import { products } from "../../products/index.ts"
import { type ProductName, productNames } from "../../products/product.ts"
import { brokenValue } from "./broken-value.ts"
import type { File } from "./home-snapshot.ts"
import type { HeldValue, PlaceCopy } from "./place-copy.ts"
import type { ScriptValue } from "./script-text.ts"
import { secretReference } from "./secret-files.ts"
import { unlessBroken } from "./unless-broken.ts"

export const variables: readonly (readonly [ProductName, string])[] = productNames.map((name) => [
  name,
  products[name].variable,
])

/** Collects the copies of all readings; one that fails does not affect the others. */
export function collectCopies(
  base: Omit<PlaceCopy, "locator" | "held">,
  ...readings: readonly (() => PlaceCopy[])[]
): PlaceCopy[] {
  const failed = new Set<string>()
  return readings.flatMap((read) =>
    unlessBroken(read, (reason) => {
      if (failed.has(reason)) return []
      failed.add(reason)
      return [{ ...base, locator: "*", held: { ...brokenValue(reason), isContent: true } }]
    }),
  )
}

export type Base = Omit<PlaceCopy, "locator" | "held"> & { readonly file: File }
export type Reader = (base: Base, bytes: Uint8Array) => PlaceCopy[]

export function scriptCopy(
  base: Omit<PlaceCopy, "locator" | "held">,
  { locator, fallbackOf = locator, value, starts, url }: ScriptValue,
): PlaceCopy {
  const use = { ...(starts ? { starts } : {}), ...(url ? { url } : {}) }
  return { ...base, locator, ...productOf(fallbackOf), use, held: { kind: "value", value } }
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8")
}

export function variablesIn(base: Base, bytes: Uint8Array, format: FormatName): PlaceCopy[] {
  return variables.flatMap(([product, variable]) => copiesAt({ ...base, product }, bytes, format, variable))
}

export function copiesAt(base: Base, bytes: Uint8Array, format: FormatName, locator: string): PlaceCopy[] {
  const read = copiesOf({ ...base, format, locator }, formats[format].find(bytes, locator), bytes)
  const unread = (formats[format].listIgnored?.(bytes, locator) ?? []).filter((value) =>
    read.every(({ held }) => !(held.kind === "value" && held.value.equals(value))),
  )
  return [...read, ...[...new Set(unread)].map((value) => unreadEntry({ ...base, locator }, heldAs(value)))]
}

/** Returns the copies at one place; the first counts. */
export function copiesOf(place: Omit<PlaceCopy, "held">, found: FoundContent, bytes?: Uint8Array): PlaceCopy[] {
  const [first, ...others] = heldIn(found, bytes)
  if (!first) return []
  // An empty key of a config does not count; an empty variable of an environment does, and hides further sources.
  const isNone = place.format === "json5" && first.kind === "value" && first.value.equals("")
  const shadowed = (held: HeldValue): PlaceCopy =>
    isNone || first.kind !== "value" ? unreadEntry(place, held) : { ...place, held, shadowed: true }
  return [...(isNone ? [] : [{ ...place, held: first }]), ...others.map(shadowed)]
}

/** Returns an entry that nothing reads; an edit of the place may not change it. */
function unreadEntry({ format: _, ...place }: Omit<PlaceCopy, "held">, held: HeldValue): PlaceCopy {
  return { ...place, kind: place.kind === "backup" ? "backup" : "unread entry", held }
}

/** Returns the raw values at a locator; the first counts. */
export function valuesAt(format: Pick<Format, "find">, bytes: Uint8Array, locator: string): HeldValue[] {
  return heldIn(format.find(bytes, locator), bytes)
}

function heldIn(found: FoundContent, bytes: Uint8Array | undefined): HeldValue[] {
  if (found.kind === "missing") return []
  if (found.kind === "reference") return [referenceOf(found, bytes), ...[...new Set(found.others)].map(heldAs)]
  const others = found.others.filter((value) => value !== found.value && value !== "")
  return [found.value, ...new Set(others)].map(heldAs)
}

/** Returns a value; an `op://` reference, which `op run` replaces, is not a value. */
export function heldAs(value: string): HeldValue {
  return value.startsWith("op://") ? { kind: "reference" } : { kind: "value", value: new Secret(value) }
}

/** Parses one whole `${NAME}`, `${NAME:-fallback}` or `$NAME`; with other text around it, it may be part of a secret. */
function variableIn(content: string): { readonly name?: string; readonly bare?: string } {
  return /^\s*\$(?:\{(?<name>[A-Za-z_]\w*)(?::?[-=?+][^{}]*)?\}|(?<bare>[A-Za-z_]\w*))\s*$/.exec(content)?.groups ?? {}
}

/** Parses a reference: a SecretRef names a provider of the same config, `${NAME}` a variable. */
function referenceOf(
  { content, fallback }: Extract<FoundContent, { kind: "reference" }>,
  bytes?: Uint8Array,
): HeldValue {
  if (typeof content === "string") {
    const { name, bare } = variableIn(content)
    if (name !== undefined) return { kind: "variable", name, ...(fallback ? { fallback: new Secret(fallback) } : {}) }
    return bare === undefined ? { kind: "reference" } : { kind: "variable", name: bare, isBare: true }
  }
  if (content.source === "env" && typeof content.id === "string") return { kind: "variable", name: content.id }
  return secretReference(content, bytes ?? Buffer.of())
}

/** Returns the product of a variable. */
export function productOf(locator: string): { readonly product?: ProductName } {
  const found = variables.find(([, variable]) => variable === locator)
  return found ? { product: found[0] } : {}
}

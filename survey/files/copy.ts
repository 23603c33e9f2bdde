import type { FormatName, FoundContent } from "../../core/content.ts"
import { shown } from "../../core/escape.ts"
import { Secret } from "../../core/secret.ts"
import type { Format } from "../../places/format.ts"
import { formats } from "../../places/index.ts"
import { products } from "../../products/index.ts"
import { type ProductName, productNames } from "../../products/product.ts"
import type { File } from "./home-snapshot.ts"
import type { HeldValue, PlaceCopy } from "./place-copy.ts"
import type { ScriptValue } from "./script-text.ts"
import { unlessBroken } from "./unless-broken.ts"

export const variables: readonly (readonly [ProductName, string])[] = productNames.map((name) => [
  name,
  products[name].variable,
])

/** What each reading gives: one that fails takes nothing from the others. */
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
  { locator, value, starts, url }: ScriptValue,
): PlaceCopy {
  const use = { ...(starts ? { starts } : {}), ...(url ? { url } : {}) }
  return { ...base, locator, ...productOf(locator), use, held: { kind: "value", value } }
}

export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8")
}

export function variablesIn(base: Base, bytes: Uint8Array, format: FormatName): PlaceCopy[] {
  return variables.flatMap(([product, variable]) => copiesAt({ ...base, product }, bytes, format, variable))
}

export function copiesAt(base: Base, bytes: Uint8Array, format: FormatName, locator: string): PlaceCopy[] {
  const read = copiesOf({ ...base, format, locator }, formats[format].find(bytes, locator), bytes)
  const unread = (formats[format].unread?.(bytes, locator) ?? []).filter((value) =>
    read.every(({ held }) => !(held.kind === "value" && held.value.equals(value))),
  )
  return [...read, ...[...new Set(unread)].map((value) => unreadEntry({ ...base, locator }, heldAs(value)))]
}

/** What was found at one place: the first is what counts. */
export function copiesOf(place: Omit<PlaceCopy, "held">, found: FoundContent, bytes?: Uint8Array): PlaceCopy[] {
  const [first, ...others] = heldIn(found, bytes)
  if (!first) return []
  // To a config an empty key is none; to an environment an empty variable is one, and keeps further sources from it.
  const isNone = place.format === "json5" && first.kind === "value" && first.value.equals("")
  const shadowed = (held: HeldValue): PlaceCopy =>
    isNone || first.kind !== "value" ? unreadEntry(place, held) : { ...place, held, shadowed: true }
  return [...(isNone ? [] : [{ ...place, held: first }]), ...others.map(shadowed)]
}

/** Nothing reads it, so it is no place of its kind: what an edit of the place would do is its format's to say. */
function unreadEntry({ format: _, ...place }: Omit<PlaceCopy, "held">, held: HeldValue): PlaceCopy {
  return { ...place, kind: place.kind === "backup" ? "backup" : "unread entry", held }
}

/** What stands at a locator, as it is written; the one that counts first. */
export function valuesAt(format: Pick<Format, "find">, bytes: Uint8Array, locator: string): HeldValue[] {
  return heldIn(format.find(bytes, locator), bytes)
}

function heldIn(found: FoundContent, bytes: Uint8Array | undefined): HeldValue[] {
  if (found.kind === "missing") return []
  if (found.kind === "reference") return [referenceOf(found, bytes), ...[...new Set(found.others)].map(heldAs)]
  const others = found.others.filter((value) => value !== found.value && value !== "")
  return [found.value, ...new Set(others)].map(heldAs)
}

/** What `op run` puts a secret in place of is none itself. */
export function heldAs(value: string): HeldValue {
  return value.startsWith("op://") ? { kind: "reference" } : { kind: "value", value: new Secret(value) }
}

/** One whole `${NAME}`, `${NAME:-fallback}` or `$NAME`: what stands beside it may be a part of a secret. */
function variableIn(content: string): { readonly name?: string; readonly bare?: string } {
  return /^\s*\$(?:\{(?<name>[A-Za-z_]\w*)(?::?[-=?+][^{}]*)?\}|(?<bare>[A-Za-z_]\w*))\s*$/.exec(content)?.groups ?? {}
}

/** A SecretRef names a provider of the same config; `${NAME}` a variable. */
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
  const provider = typeof content.provider === "string" ? content.provider : "default"
  const named = formats.json5.find(bytes ?? Buffer.of(), `secrets.providers.${provider}`)
  const path = named.kind === "reference" && typeof named.content === "object" ? named.content.path : undefined
  return typeof path === "string" ? { kind: "file", path } : { kind: "reference" }
}

/** Whose variable it is. */
export function productOf(locator: string): { readonly product?: ProductName } {
  const found = variables.find(([, variable]) => variable === locator)
  return found ? { product: found[0] } : {}
}

export function brokenValue(reason: string): Extract<HeldValue, { kind: "broken" }> {
  return { kind: "broken", reason: shown(reason, 300) }
}

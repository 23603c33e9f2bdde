import { isDeepStrictEqual } from "node:util"
import type { Content, FoundContent, Json } from "./content.ts"
import { shown } from "./escape.ts"
import type { Code, Finding } from "./finding.ts"
import { octal } from "./octal.ts"
import { fingerprint, type Recognised, type Ring, recognise, recogniseFingerprint } from "./ring.ts"
import { isPublicDefault } from "./strength.ts"

/** What a place must hold, as far as its words need it. */
export type Want =
  | { readonly must: "token"; readonly generation: number; readonly fingerprint: string }
  /** `executable`: it is a program's text. */
  | { readonly must: "reference"; readonly reference: Content; readonly executable?: boolean }
  | { readonly must: "nothing" }

/** What a look at a place gave: its content, or why there is none. */
export type PlaceSnapshot =
  | { readonly kind: "content"; readonly found: FoundContent; readonly mode: number; readonly leftover: boolean }
  | { readonly kind: "no-file"; readonly leftover: boolean }
  | { readonly kind: "unreadable"; readonly reason: string }
  | { readonly kind: "unreachable"; readonly reason: string; readonly advice: string }

/** What the place must hold, in words: equal to what `evaluatePlace` says of a place that is right. */
export function describeWanted(want: Want): string {
  if (want.must === "token") return `generation ${want.generation} (${want.fingerprint})`
  if (want.must === "reference") return referenceWords(want.reference)
  return "nothing"
}

/** What the place holds, in words; the place is right exactly when they are the wanted ones. */
export function evaluatePlace(seen: PlaceSnapshot, want: Want, ring: Ring | undefined): Finding {
  if (seen.kind === "unreadable") return { code: "unreadable", message: `unreadable: ${seen.reason}` }
  if (seen.kind === "unreachable") return { code: "unreachable", message: `unreachable: ${seen.reason}` }
  const held = seen.kind === "no-file" ? nothing(want, "no-file") : heldBy(seen.found, want, ring)
  if (want.must === "token" && isOpen(seen)) {
    return { ...held, code: worse(held.code, "too-open"), message: `${held.message}, but ${describeMode(seen.mode)}` }
  }
  if (want.must === "reference" && want.executable && seen.kind === "content" && isWanted(held)) {
    const mode = octal(seen.mode)
    if (seen.mode !== programMode) return { code: "too-open", message: `${held.message}, but its mode is ${mode}` }
  }
  if (seen.leftover) {
    return {
      ...held,
      code: worse(held.code, "leftover"),
      message: `${held.message}, but what a killed run left lies beside the file`,
    }
  }
  return held
}

function isWanted({ code, foreignReference }: Finding): boolean {
  return code === "reference" && !foreignReference
}

/** Whether a value stands in a file that others can read or change. */
export function isOpen(seen: PlaceSnapshot): seen is Extract<PlaceSnapshot, { kind: "content" }> {
  return seen.kind === "content" && seen.found.kind === "value" && (seen.mode & 0o077) !== 0
}

/** Of a program that shows a secret: its owner's alone. */
export const programMode = 0o700

function heldBy(found: FoundContent, want: Want, ring: Ring | undefined): Finding {
  if (found.kind === "missing") return nothing(want, "missing")
  if (found.kind === "reference")
    return withOthers(referenceHeld(found.content, found.fallback, want, ring), found.others ?? [], ring)
  // A reference that is text, such as `op://…`, looks like any value.
  if (want.must === "reference" && [found.value, ...found.others].every((value) => value === want.reference)) {
    return { code: "reference", message: describeWanted(want) }
  }
  const others = found.others.filter((value) => value !== found.value)
  const isNone = found.value === "" && others.some((value) => value !== "")
  const held: Finding = isNone ? { code: "missing", message: "nothing" } : describeValue(found.value, ring)
  return withOthers(held, others, ring)
}

/** An entry that does not count is on the disk all the same. */
function withOthers(held: Finding, others: readonly string[], ring: Ring | undefined): Finding {
  const other = others.find((value) => value !== "")
  if (other === undefined) return held
  const code = held.code === "current" || held.code === "missing" || held.code === "reference" ? "duplicate" : held.code
  return {
    ...held,
    code,
    message: `${held.message}, but an entry before it holds ${describeValue(other, ring).message}`,
  }
}

export function describeValue(value: string, ring: Ring | undefined): Finding {
  const known = ring && recognise(ring, value)
  if (ring && known) return knownWords(known, fingerprint(ring.key, value))
  if (isPublicDefault(value)) return { code: "default", message: `the public default ${shown(value)}` }
  const mark = ring ? ` (${fingerprint(ring.key, value)})` : ""
  return { code: "foreign", message: `another token${mark}` }
}

/** The words for a token of which only the fingerprint is remembered. */
export function describeFingerprint(print: string, ring: Ring | undefined): string {
  const known = ring && recogniseFingerprint(ring, print)
  return known ? knownWords(known, print).message : `another token (${print})`
}

function knownWords(known: Recognised, print: string): Finding {
  if (known.role === "next") return { code: "next", message: `the next token (${print}), not in force yet` }
  const name = `generation ${known.generation}`
  if (known.role === "current") return { code: "current", message: `${name} (${print})` }
  if (known.role === "previous") return { code: "previous", message: `${name}, the previous token (${print})` }
  return { code: "older", message: `${name}, ${known.role === "older" ? "an older" : "a newer"} token (${print})` }
}

function referenceHeld(content: Content, fallback: string | undefined, want: Want, ring: Ring | undefined): Finding {
  if (want.must === "reference" && isDeepStrictEqual(content, want.reference)) {
    return { code: "reference", message: describeWanted(want) }
  }
  // What others wrote may hold a secret: only the form is told, and what it falls back to.
  const words = typeof content === "string" ? "a reference to the environment" : "another reference"
  if (!fallback) return { code: "reference", message: words, foreignReference: true }
  const spare = describeValue(fallback, ring)
  return { code: spare.code, message: `${words}, which falls back to ${spare.message}`, foreignReference: true }
}

function nothing(want: Want, code: "missing" | "no-file"): Finding {
  if (want.must === "nothing") return { code: "missing", message: "nothing" }
  return { code, message: `nothing: the ${code === "missing" ? "key" : "file"} is missing` }
}

/** Different references have different words: by them alone it is told whether a place is right. */
function referenceWords(reference: Content): string {
  if (typeof reference === "string") return `the reference ${shown(reference)}`
  const { source, path, mode, provider, id, ...rest } = reference
  if (Array.isArray(rest.read)) return readerWords(rest.read, rest.credentials)
  const plain = source === "file" && Object.keys(rest).length === 0
  if (plain && typeof path === "string" && mode === "singleValue" && provider === undefined && id === undefined) {
    return `the reference to the file ${shown(path)}`
  }
  if (plain && path === undefined && mode === undefined) {
    return `the reference to ${shown(String(provider))}, ${shown(String(id))}`
  }
  const sorted = Object.fromEntries(Object.entries(reference).sort(([a], [b]) => (a < b ? -1 : 1)))
  return `the reference ${shown(JSON.stringify(sorted), 1000)}`
}

function readerWords(read: readonly Json[], credentials: Json | undefined): string {
  const from = typeof credentials === "string" ? ` with the credentials in ${shown(credentials)}` : ""
  return `the reader of ${shown(read.join(" "), 300)}${from}`
}

/** What others can do to a file of this mode, in words. */
export function describeMode(mode: number): string {
  const verb = (mode & 0o044) !== 0 ? "read" : "change"
  return `others can ${verb} the file (${octal(mode)})`
}

/** A right content with a flaw is named by the flaw; a wrong one by what it is. */
function worse(held: Code, flaw: Code): Code {
  return held === "current" ? flaw : held
}

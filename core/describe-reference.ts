import type { Content, Json } from "./content.ts"
import { shown } from "./escape.ts"
import { formatScalar } from "./scalar.ts"

/** Describes a reference; different references have different descriptions, as places are compared by them. */
export function describeReference(reference: Content): string {
  if (typeof reference === "string") return `the reference ${shown(reference)}`
  const { source, path, mode, provider, id, ...rest } = reference
  if (Array.isArray(rest.read)) return describeReader(rest.read, rest.credentials)
  const plain = source === "file" && Object.keys(rest).length === 0
  if (plain && typeof path === "string" && mode === "singleValue" && provider === undefined && id === undefined) {
    return `the reference to the file ${shown(path)}`
  }
  if (plain && path === undefined && mode === undefined) {
    return `the reference to ${shown(formatScalar(provider))}, ${shown(formatScalar(id))}`
  }
  const sorted = Object.fromEntries(Object.entries(reference).sort(([a], [b]) => (a < b ? -1 : 1)))
  return `the reference ${shown(JSON.stringify(sorted), 1000)}`
}

function describeReader(read: readonly Json[], credentials: Json | undefined): string {
  const from = typeof credentials === "string" ? ` with the credentials in ${shown(credentials)}` : ""
  return `the reader of ${shown(read.join(" "), 300)}${from}`
}

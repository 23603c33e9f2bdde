import type { JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb.js"
import structs from "google-protobuf/google/protobuf/struct_pb.js"
import { escapeOutput } from "../core/escape.ts"
import { Secret } from "../core/secret.ts"

/** Pulumi's marks on the wire: of a secret, and of a value that a preview does not know. */
const signature = "4dabf18193072939515e22adb298388d"
const secretSignature = "1b47061264138c4ac30d75fd1eb44270"
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

/** A value that only the `up` will know. */
export const unknown = Symbol("unknown")

/** Properties as resources get them: secret strings as `Secret`, unknown values as `unknown`. */
export type Properties = Readonly<Record<string, unknown>>

export function decode(struct: structs.Struct | undefined): Properties {
  return (struct ? decodeValue(struct.toJavaScript()) : {}) as Properties
}

/** Encodes properties, without undefined ones. @throws TypeError for a value that has no form on the wire */
export function encode(properties: Properties): structs.Struct {
  return structs.Struct.fromJavaScript(encodeValue(properties) as Record<string, JavaScriptValue>)
}

function decodeValue(value: unknown): unknown {
  if (value === unknownText) return unknown
  if (typeof value !== "object" || value === null) return value
  if (Array.isArray(value)) return value.map(decodeValue)
  const record = value as Record<string, unknown>
  if (record[signature] === secretSignature) {
    const held = decodeValue(record.value)
    return typeof held === "string" ? new Secret(held) : held
  }
  return Object.fromEntries(Object.entries(record).map(([key, entry]) => [key, decodeValue(entry)]))
}

function encodeValue(value: unknown): unknown {
  if (value === unknown) return unknownText
  if (value instanceof Secret) return { [signature]: secretSignature, value: value.reveal() }
  if (Array.isArray(value)) return value.map(encodeValue)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .map(([key, entry]) => [key, encodeValue(entry)]),
  )
}

/**
 * Makes all strings printable that a read found, because the engine prints properties as they are. A given string stays as it
 * is, or it would always differ.
 */
export function printableNews(...given: readonly Properties[]): (properties: Properties) => Properties {
  const known = new Set(given.flatMap(stringsOf))
  const clean = (value: unknown): unknown => {
    if (typeof value === "string") return known.has(value) ? value : escapeOutput(value)
    if (Array.isArray(value)) return value.map(clean)
    if (typeof value !== "object" || value === null || value instanceof Secret) return value
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [clean(key), clean(each)]))
  }
  return (properties) => clean(properties) as Properties
}

function stringsOf(value: unknown): string[] {
  if (typeof value === "string") return [value]
  if (typeof value !== "object" || value === null || value instanceof Secret) return []
  return Object.entries(value).flat().flatMap(stringsOf)
}

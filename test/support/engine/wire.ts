/** Properties as they are on the wire, secrets wrapped. */
export type Raw = { readonly [key: string]: unknown }

const signature = "4dabf18193072939515e22adb298388d"
const secretSignature = "1b47061264138c4ac30d75fd1eb44270"

/** What stands for a value that only the `up` will know. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

export function secret(value: unknown): Raw {
  return { [signature]: secretSignature, value }
}

export function isSecret(value: unknown): value is { readonly value: unknown } {
  return typeof value === "object" && value !== null && (value as Raw)[signature] === secretSignature
}

/** The text in a secret's wrapping. @throws when there is none */
export function revealed(value: unknown): string {
  if (!isSecret(value) || typeof value.value !== "string") throw new Error("is no wrapped secret")
  return value.value
}

/** Where a wrapped secret stands. */
export function secretsIn(value: unknown, path = "$"): string[] {
  if (isSecret(value)) return [path]
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, entry]) => secretsIn(entry, `${path}.${key}`))
}

/** Where one of the values stands in the open: in a text of its own or within another, as a key, outside of any wrapping. */
export function leaks(value: unknown, values: readonly string[], path = "$"): string[] {
  if (isSecret(value)) return []
  if (typeof value === "string") return values.some((one) => value.includes(one)) ? [path] : []
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, entry]) => [
    ...leaks(key, values, `${path} (key)`),
    ...leaks(entry, values, `${path}.${key}`),
  ])
}

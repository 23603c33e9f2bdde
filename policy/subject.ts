/** A resource as a policy sees it. Its properties contain secrets in the clear: they are evaluated, and never shown. */
export interface Subject {
  readonly type: string
  readonly urn: string
  readonly props: Readonly<Record<string, unknown>>
}

/** The types of gatekey's resources that policies check. */
export const gatekey = {
  token: "gatekey:index:Token",
  service: "gatekey:index:Service",
  listener: "gatekey:index:Listener",
  incarnation: "gatekey:index:Incarnation",
  placement: "gatekey:index:Placement",
  flip: "gatekey:index:Flip",
  certificate: "gatekey:index:Certificate",
  trustedProxy: "gatekey:index:TrustedProxy",
} as const

export const docker = {
  container: "docker:index/container:Container",
  remoteImage: "docker:index/remoteImage:RemoteImage",
} as const

/** Checks whether a resource is a place, which must contain the token, a reference, or nothing. */
export function isPlace({ type }: Subject): boolean {
  return type === gatekey.placement || type === gatekey.flip
}

/** Copies what is known of a value: in a preview, reading an unknown property throws. */
export function copyKnown(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((_, at) => readKnown(value, at))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.keys(value).map((key) => [key, readKnown(value, key)]))
}

function readKnown(holder: object, key: string | number): unknown {
  try {
    return copyKnown((holder as Record<string | number, unknown>)[key])
  } catch {
    return undefined
  }
}

/** Yields every string in a resource with its path, except the secrets that gatekey keeps. */
export function* stringsIn({
  type,
  props,
}: Subject): Generator<{ readonly at: readonly string[]; readonly text: string }> {
  const own = type.startsWith("gatekey:") ? secrets : []
  for (const [key, value] of Object.entries(props)) if (!own.includes(key)) yield* textsOf(value, [key])
}

const secrets = ["value", "previous", "generations", "ring", "adopt", "before", "key"]

function* textsOf(value: unknown, at: readonly string[]): Generator<{ at: readonly string[]; text: string }> {
  if (typeof value === "string") yield { at, text: value }
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* textsOf(inner, [...at, key])
  }
}

export function stringOrUndefined(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined
}

export function listOrEmpty(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function entriesOrEmpty(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
}

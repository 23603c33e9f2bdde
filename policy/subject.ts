/** A resource as a policy sees it. Secrets stand in its properties in the clear: they are judged, and never shown. */
export interface Subject {
  readonly type: string
  readonly urn: string
  readonly props: Readonly<Record<string, unknown>>
}

/** Types of gatekey's own that are looked at, by what they are. */
export const gatekey = {
  token: "gatekey:index:Token",
  service: "gatekey:index:Service",
  listener: "gatekey:index:Listener",
  incarnation: "gatekey:index:Incarnation",
  placement: "gatekey:index:Placement",
  flip: "gatekey:index:Flip",
} as const

export const docker = {
  container: "docker:index/container:Container",
  remoteImage: "docker:index/remoteImage:RemoteImage",
} as const

/** What must hold the token, a reference, or nothing. */
export function isPlace({ type }: Subject): boolean {
  return type === gatekey.placement || type === gatekey.flip
}

/** All that is known of it: in a preview, what is not throws when it is read. */
export function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((_, at) => read(value, at))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(value, key)]))
}

function read(holder: object, key: string | number): unknown {
  try {
    return known((holder as Record<string | number, unknown>)[key])
  } catch {
    return undefined
  }
}

/** Every text in it, with the names that lead there; what gatekey itself keeps as a secret is left out. */
export function* textsIn({
  type,
  props,
}: Subject): Generator<{ readonly at: readonly string[]; readonly text: string }> {
  const own = type.startsWith("gatekey:") ? secrets : []
  for (const [key, value] of Object.entries(props)) if (!own.includes(key)) yield* textsOf(value, [key])
}

const secrets = ["value", "previous", "generations", "ring", "adopt"]

function* textsOf(value: unknown, at: readonly string[]): Generator<{ at: readonly string[]; text: string }> {
  if (typeof value === "string") yield { at, text: value }
  else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) yield* textsOf(inner, [...at, key])
  }
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

export function entries(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}
}

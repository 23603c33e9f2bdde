/** A stack's state as `pulumi stack export --show-secrets` gives it. */
export interface State {
  readonly deployment: {
    readonly resources?: readonly StateResource[]
    readonly pending_operations?: readonly unknown[]
  }
}

export interface StateResource {
  readonly urn: string
  readonly type: string
  readonly id?: string
  readonly inputs?: Readonly<Record<string, unknown>>
  readonly outputs?: Readonly<Record<string, unknown>>
}

export interface Generations {
  readonly key: string
  readonly current: number
  readonly kept: readonly { readonly generation: number; readonly value: string }[]
  readonly next: string
  readonly forgotten: readonly { readonly generation: number }[]
}

export function generationsIn(state: State): Generations {
  const token = state.deployment.resources?.find(({ type }) => type === "gatekey:index:Token")
  const text = plain(token?.outputs?.generations)
  if (text === undefined) throw new Error("the state holds no Token")
  return JSON.parse(text) as Generations
}

/** Every value in a state that must never be shown. */
export function secretsIn(state: State): string[] {
  return (state.deployment.resources ?? [])
    .flatMap(({ inputs, outputs }) => [inputs, outputs])
    .flatMap((properties) => {
      const { generations, token, value, previous, key } = properties ?? {}
      const text = plain(generations)
      const all = text === undefined ? undefined : (JSON.parse(text) as Generations)
      const kept = all ? [all.key, all.next, ...all.kept.map(({ value }) => value)] : []
      return [...kept, plain(token), plain(value), plain(previous), plain(key)]
    })
    .filter((each): each is string => each !== undefined && each !== "")
}

/** The text of a secret, which the export holds as JSON. */
function plain(secret: unknown): string | undefined {
  const text = (secret as { plaintext?: string } | undefined)?.plaintext
  const value: unknown = text === undefined ? undefined : JSON.parse(text)
  return typeof value === "string" ? value : undefined
}

import { type Generations, type State, secretsIn } from "../engine/state.ts"
import { keySecrets } from "./guard-secrets.ts"
import { type Kind, kindOfName } from "./sources.ts"

/** The secrets of a run, by the name that a failure may tell, and by what they were. */
export interface Ledger {
  readonly secrets: ReadonlyMap<string, string>
  /** One value can have been several: the next token, then the token, then the previous one. */
  readonly kinds: ReadonlyMap<Kind, ReadonlySet<string>>
  hide(name: string, value: string): void
  /** All of a state, its secrets in the clear. */
  learn(state: State): void
}

export function ledger(): Ledger {
  const secrets = new Map<string, string>()
  const kinds = new Map<Kind, Set<string>>()
  const known = new Set<string>()
  const note = (kind: Kind, value: string) => kinds.set(kind, (kinds.get(kind) ?? new Set()).add(value))
  const keep = (name: string, value: string) => {
    if (!known.has(value)) secrets.set(secrets.has(name) ? `${name}, ${secrets.size}` : name, value)
    known.add(value)
  }
  return {
    secrets,
    kinds,
    hide(name, value) {
      note(kindOfName(name), value)
      keep(name, value)
    },
    learn(state) {
      for (const [kind, value] of rolesIn(state)) note(kind, value)
      for (const value of secretsIn(state).flatMap(partsOf)) {
        if (!known.has(value)) keep(`secret ${secrets.size} of the state`, value)
      }
    },
  }
}

function rolesIn(state: State): (readonly [Kind, string])[] {
  return (state.deployment.resources ?? []).flatMap(({ type, outputs }): (readonly [Kind, string])[] => {
    const { plaintext } = (outputs?.generations ?? {}) as { plaintext?: string }
    if (type !== "gatekey:index:Token" || plaintext === undefined) {
      return secretsIn({ deployment: { resources: [{ urn: "", type, outputs: outputs ?? {} }] } })
        .filter((value) => value.includes("PRIVATE KEY"))
        .flatMap(partsOf)
        .map((value) => ["private key", value])
    }
    const { key, next, kept, current } = JSON.parse(JSON.parse(plaintext)) as Generations
    const roles = kept.map(({ generation, value }): readonly [Kind, string] => [
      generation === current ? "token" : "previous token",
      value,
    ])
    return [["fingerprint key", key], ["next token", next], ...roles]
  })
}

/** Of keys as PEM, what is not in certificates and public keys as well. */
function partsOf(secret: string): string[] {
  const keys = secret.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]+-----/g)
  return keys ? keys.flatMap((pem) => keySecrets("the state", pem).map(([, value]) => value)) : [secret]
}

import { type Properties, unknown } from "../../../provider/wire.ts"
import type { Kind, Trait } from "./kind.ts"

/** Which properties differ from what is declared, as Terraform plans it: against the state, not against the last inputs. */
export function difference({ traits }: Kind, state: Properties, inputs: Properties): string[] {
  return Object.entries(traits)
    .filter(([name, trait]) => differs(trait, state[name], inputs[name]))
    .map(([name]) => name)
}

function differs(trait: Trait, state: unknown, input: unknown): boolean {
  if (isEmpty(input)) return trait.kept ? false : !isEmpty(state)
  return hasUnknown(input) || text(trait, state) !== text(trait, input)
}

/** Terraform's zero values are all one: nothing. */
function isEmpty(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length === 0
  return value === undefined || value === null || value === "" || value === 0 || value === false
}

function hasUnknown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return value === unknown
  return Object.values(value).some(hasUnknown)
}

function text({ set, entry }: Trait, value: unknown): string {
  if (!Array.isArray(value)) return sorted(value)
  const entries = value.map((one) => sorted(typeof one === "object" ? { ...entry, ...one } : one))
  return (set ? entries.sort() : entries).join("\n")
}

/** The same for any order of keys. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

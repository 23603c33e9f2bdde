import { describeExpected, type ExpectedContent } from "../../core/holds.ts"
import { displayText, type Properties, type Step, textIn } from "./preview.ts"

export interface PlaceChange {
  readonly name: string
  readonly before: string
  readonly after: string
  readonly why: string
  /** It does not contain what was last requested. */
  readonly differs: boolean
}

/** Pulumi's mark of a value that only the `up` will know. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

export function isPlace({ type }: Pick<Step, "type">): boolean {
  return type === "gatekey:index:Placement" || type === "gatekey:index:Flip"
}

/** Returns the changes of places that exist before and after. */
export function placeChangesIn(steps: readonly Step[]): readonly PlaceChange[] {
  return steps.filter((step) => isPlace(step) && ["update", "replace"].includes(step.op)).map(placeChangeOf)
}

function placeChangeOf({ name, olds, news }: Step): PlaceChange {
  const before = textIn(olds, "holds")
  const wanted = wantIn(olds)
  return {
    name,
    before: holdsIn(olds),
    after: holdsIn(news),
    why: displayText(textIn(news, "why")),
    differs: wanted !== undefined && before !== describeExpected(wanted),
  }
}

function holdsIn(properties: Properties): string {
  const holds = textIn(properties, "holds")
  return holds === unknown ? "the new token" : displayText(holds)
}

/** Returns what a place was last requested to contain. */
function wantIn({ must, generation, fingerprint, reference }: Properties): ExpectedContent | undefined {
  if (must === "nothing") return { must }
  if (must === "token" && typeof generation === "number" && typeof fingerprint === "string")
    return { must, generation, fingerprint }
  const hasReference = typeof reference === "string" || (typeof reference === "object" && reference !== null)
  return must === "reference" && hasReference ? { must, reference: reference as string } : undefined
}

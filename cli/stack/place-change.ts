import { describeExpected, type ExpectedContent } from "../../core/holds.ts"
import { displayed, type Properties, type Step, textIn } from "./preview.ts"

export interface PlaceChange {
  readonly name: string
  readonly before: string
  readonly after: string
  readonly why: string
  /** It does not hold what it was last asked to. */
  readonly differs: boolean
}

/** Pulumi's stand-in for what only the `up` will know. */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

export function isPlace({ type }: Pick<Step, "type">): boolean {
  return type === "gatekey:index:Placement" || type === "gatekey:index:Flip"
}

/** Those that are there before and after. */
export function placeChangesIn(steps: readonly Step[]): readonly PlaceChange[] {
  return steps.filter((step) => isPlace(step) && ["update", "replace"].includes(step.op)).map(changeOf)
}

function changeOf({ name, olds, news }: Step): PlaceChange {
  const before = textIn(olds, "holds")
  const wanted = wantIn(olds)
  return {
    name,
    before: holdsIn(olds),
    after: holdsIn(news),
    why: displayed(textIn(news, "why")),
    differs: wanted !== undefined && before !== describeExpected(wanted),
  }
}

function holdsIn(properties: Properties): string {
  const holds = textIn(properties, "holds")
  return holds === unknown ? "the new token" : displayed(holds)
}

/** What a place was last asked to hold. */
function wantIn({ must, generation, fingerprint, reference }: Properties): ExpectedContent | undefined {
  if (must === "nothing") return { must }
  if (must === "token" && typeof generation === "number" && typeof fingerprint === "string")
    return { must, generation, fingerprint }
  const is = typeof reference === "string" || (typeof reference === "object" && reference !== null)
  return must === "reference" && is ? { must, reference: reference as string } : undefined
}

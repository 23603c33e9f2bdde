import type { Verdict } from "../../gateways/verdict.ts"
import { formatOnHost } from "../../probes/listeners/describe.ts"
import type { Survey } from "../collect/survey.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import type { Letters } from "../resolve/letters.ts"
import type { World } from "../resolve/world.ts"
import type { CauseCode } from "./codes/index.ts"

/** Something that is wrong, or will be, in one sentence, with its fix. */
export interface Cause {
  /** Stable, for machines. */
  readonly code: CauseCode
  /** `broken`: a client is rejected, or nothing answers; `risk`: not yet; `unknown`: could not be checked; `note`: worth knowing. */
  readonly weight: "broken" | "risk" | "unknown" | "note"
  /** The name of the member or host that has it. */
  readonly who: string
  readonly host: string
  readonly sentence: string
  /** A command to paste, or another fix. */
  readonly remedy?: string
  /** The places that it is about. */
  readonly copies?: readonly PlaceCopy[]
}

/** The input of every rule. */
export interface Ground {
  readonly world: World
  readonly letters: Letters
  /** Whether a stack updates that place. */
  readonly isDeclared?: (survey: Survey, copy: PlaceCopy) => boolean
}

/** Returns the sentence with a capital and a full stop. */
export function sentenceOf({ sentence }: Cause): string {
  // A name stays as it is written.
  const capitalised = sentence.replace(
    /^(?:the|a|port|on|pairing|two) /,
    (word) => word.charAt(0).toUpperCase() + word.slice(1),
  )
  return `${capitalised}.`
}

type Hyphenated<Words extends string> = Words extends `${infer First} ${infer Rest}`
  ? `${First}-${Hyphenated<Rest>}`
  : Words

/** Returns the code of a verdict that explains itself. */
export function codeOfVerdict<const Kind extends Verdict["kind"]>(kind: Kind): Hyphenated<Kind> {
  return kind.replaceAll(" ", "-") as Hyphenated<Kind>
}

const weights = ["broken", "risk", "unknown", "note"] as const

/** Codes that another cause of the same weight may explain. */
const symptoms: readonly CauseCode[] = ["no-gateway", "no-guard", "guard-certificate", "guard-no-gateway"]

/** Sorts the causes by weight, then in the order of the rules, symptoms last; drops duplicates. */
export function sortCauses(causes: readonly Cause[]): Cause[] {
  const once = new Map<string, Cause>()
  for (const cause of causes) if (!once.has(cause.sentence)) once.set(cause.sentence, cause)
  const isSymptom = ({ code }: Cause) => symptoms.includes(code)
  return weights.flatMap((weight) => {
    const own = [...once.values()].filter((cause) => cause.weight === weight)
    return [...own.filter((cause) => !isSymptom(cause)), ...own.filter(isSymptom)]
  })
}

/** Returns a command for that host, ready to paste here. */
export function hostCommand(host: string, text: string): string {
  return formatOnHost(host, text)
}

import { formatOnHost } from "../../probes/listeners/describe.ts"
import type { Survey } from "../collect/survey.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import type { Letters } from "../resolve/letters.ts"
import type { World } from "../resolve/world.ts"

/** Something that is wrong, or will be: in one sentence, with what mends it. */
export interface Cause {
  /** Stable, for machines. */
  readonly code: string
  /** `broken`: a client is rejected, or nothing answers; `risk`: not yet; `unknown`: could not be checked; `note`: worth knowing. */
  readonly weight: "broken" | "risk" | "unknown" | "note"
  /** Whose it is: a member's name, or a host's. */
  readonly who: string
  readonly host: string
  readonly sentence: string
  /** A command to paste, or what to do in words. */
  readonly remedy?: string
  /** The places that it is about. */
  readonly copies?: readonly PlaceCopy[]
}

/** What every rule is given. */
export interface Ground {
  readonly world: World
  readonly letters: Letters
  /** Whether a stack keeps that place in step. */
  readonly isDeclared?: (survey: Survey, copy: PlaceCopy) => boolean
}

/** As a line begins and ends with it. */
export function sentenceOf({ sentence }: Cause): string {
  // A name stays as it is written.
  const begun = sentence.replace(
    /^(?:the|a|port|on|pairing|two) /,
    (word) => word.charAt(0).toUpperCase() + word.slice(1),
  )
  return `${begun}.`
}

const weights = ["broken", "risk", "unknown", "note"] as const

/** What any other cause of that weight may have led to. */
const symptoms: readonly string[] = ["no-gateway"]

/** The heaviest first, else in the order of the rules, a symptom after what may explain it; each once. */
export function sorted(causes: readonly Cause[]): Cause[] {
  const once = new Map<string, Cause>()
  for (const cause of causes) if (!once.has(cause.sentence)) once.set(cause.sentence, cause)
  const isSymptom = ({ code }: Cause) => symptoms.includes(code)
  return weights.flatMap((weight) => {
    const own = [...once.values()].filter((cause) => cause.weight === weight)
    return [...own.filter((cause) => !isSymptom(cause)), ...own.filter(isSymptom)]
  })
}

/** A command for that host, as it is pasted here. */
export function command(host: string, text: string): string {
  return formatOnHost(host, text)
}

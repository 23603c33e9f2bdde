import type { Note, Step } from "./preview.ts"

/** What becomes of what runs. */
export interface Impact {
  readonly name: string
  /** `none`: it goes on; `gap`: it restarts itself, and is away for a second; `perhaps`: known in the `up` alone. */
  readonly restart: "none" | "perhaps" | "gap" | "once"
  /** In the words of the preview. */
  readonly words: string
}

/** The words for what `up` does to a process or a container; the first that is met counts. */
const meanings: readonly (readonly [RegExp, Impact["restart"]])[] = [
  [/^(?:cannot mend it|leaves it)/, "none"],
  [/a gap of about a second/, "gap"],
  [/no restart|without a restart/, "none"],
  [/only if it must be/, "perhaps"],
  [/\brestarts it|is restarted|makes it anew|is replaced/, "once"],
  [/./, "none"],
]
const up = "`pulumi up` "
const running = /^gatekey:index:(?:Flip|Service|Incarnation)$/

/** @param notes what was said, in its order */
export function impactsOf(steps: readonly Step[], notes: readonly Note[]): readonly Impact[] {
  return steps.flatMap((step) => {
    if (step.type === "docker:index/container:Container" && step.op === "replace")
      return [{ name: step.name, restart: "once" as const, words: "the container is replaced" }]
    if (!running.test(step.type)) return []
    return notes.filter(({ urn }) => urn === step.urn).flatMap(({ message }) => impactOf(step, message))
  })
}

function impactOf({ name, type }: Step, message: string): readonly Impact[] {
  // The place of a Flip says what it holds; only what it says of its gateway is meant here.
  if (type.endsWith(":Flip") && !message.startsWith("the gateway takes")) return []
  if (!type.endsWith(":Flip") && !/`(?:pulumi )?up`/.test(message)) return []
  const at = message.indexOf(up)
  const words = at < 0 ? message : message.slice(at + up.length)
  const [, restart = "none"] = meanings.find(([pattern]) => pattern.test(words)) ?? []
  return [{ name, restart, words }]
}

const weight = ["none", "perhaps", "gap", "once"] as const

/** What is to be expected, in a sentence's part. */
export function interruptionWords(impacts: readonly Impact[]): string {
  const worst = weight.findLast((each) => impacts.some(({ restart }) => restart === each)) ?? "none"
  const names = new Set(impacts.filter(({ restart }) => restart === worst).map(({ name }) => name))
  if (worst === "none") return "no restart, no interruption expected"
  if (worst === "perhaps") return `${names.size} restarted only if it must be`
  if (worst === "gap") return "a gap of about a second expected"
  return `${names.size} ${names.size === 1 ? "restarts" : "restart"} once, an interruption of each is expected`
}

import { isPlace } from "./place-change.ts"
import type { Note, Step } from "./preview.ts"

/** What becomes of what runs. */
export interface Impact {
  readonly name: string
  /** `none`: it goes on; `reconnect`: it goes on, and its clients connect again; `gap`: it restarts itself, and is away for a second; `perhaps`: known in the `up` alone. */
  readonly restart: "none" | "reconnect" | "perhaps" | "gap" | "once"
  /** In the words of the preview. */
  readonly words: string
}

/** The words for what `up` does to a process or a container; the first that is met counts. */
const meanings: readonly (readonly [RegExp, Impact["restart"]])[] = [
  [/^(?:cannot mend it|leaves it)/, "none"],
  [/a gap of about a second/, "gap"],
  [/no restart; connected clients reconnect/, "reconnect"],
  [/no restart|without a restart/, "none"],
  [/only if it must be/, "perhaps"],
  [/\brestarts it|is restarted|makes it anew|is replaced/, "once"],
  [/./, "none"],
]
const up = "`pulumi up` "
const running = /^gatekey:index:(?:Flip|Service|Incarnation)$/
/** A change of a gateway's config for which the running gateway restarts itself. */
const restartsItself = /^the gateway\b.* restarts itself once for this\b/

/** @param notes what was said, in its order */
export function impactsOf(steps: readonly Step[], notes: readonly Note[]): readonly Impact[] {
  return steps.flatMap((step) => {
    if (step.type === "docker:index/container:Container" && step.op === "replace")
      return [{ name: step.name, restart: "once" as const, words: "the container is replaced" }]
    const said = notes.filter(({ urn }) => urn === step.urn).map(({ message }) => message)
    const words = isPlace(step) ? said.find((message) => restartsItself.test(message)) : undefined
    if (words !== undefined) return [{ name: step.name, restart: "once" as const, words }]
    if (!running.test(step.type)) return []
    return said.flatMap((message) => impactOf(step, message))
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

const weight = ["none", "reconnect", "perhaps", "gap", "once"] as const

/** What is to be expected, in a sentence's part. */
export function interruptionWords(impacts: readonly Impact[]): string {
  const worst = weight.findLast((each) => impacts.some(({ restart }) => restart === each)) ?? "none"
  const names = new Set(impacts.filter(({ restart }) => restart === worst).map(({ name }) => name))
  if (worst === "none") return "no restart, no interruption expected"
  if (worst === "reconnect") return "no restart, connected clients reconnect within about 2 s"
  if (worst === "perhaps") return `${names.size} restarted only if it must be`
  if (worst === "gap") return "a gap of about a second expected"
  return `${names.size} ${names.size === 1 ? "restarts" : "restart"} once, an interruption of each is expected`
}

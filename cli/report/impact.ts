import { type Interruption, interruptions } from "../../core/notice.ts"
import type { Note, Step } from "../stack/preview.ts"

/** What happens to a running process or container. */
export interface Impact {
  readonly name: string
  readonly restart: Interruption
  /** The preview's message. */
  readonly words: string
}

/** Lists the impacts of the steps. @param notes what the preview reported, in its order */
export function impactsOf(steps: readonly Step[], notes: readonly Note[]): readonly Impact[] {
  return steps.flatMap(({ name, type, op, urn }) => {
    if (type === "docker:index/container:Container" && op === "replace")
      return [{ name, restart: "once" as const, words: "the container is replaced" }]
    return notes.flatMap(({ restart, message, fix, plan, ...note }) =>
      note.urn === urn && restart ? [{ name, restart, words: fix ?? plan ?? message }] : [],
    )
  })
}

/** Describes the worst interruption, as part of a sentence. */
export function describeInterruption(impacts: readonly Impact[]): string {
  const worst = interruptions.findLast((each) => impacts.some(({ restart }) => restart === each)) ?? "none"
  const names = new Set(impacts.filter(({ restart }) => restart === worst).map(({ name }) => name))
  if (worst === "none") return "no restart, no interruption expected"
  if (worst === "reconnect") return "no restart, connected clients reconnect within about 2 s"
  if (worst === "perhaps") return `${names.size} restarted only if it must be`
  if (worst === "gap") return "a gap of about a second expected"
  return `${names.size} ${names.size === 1 ? "restarts" : "restart"} once, an interruption of each is expected`
}

import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import type { Survey } from "../collect/survey.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { hostName } from "../resolve/names.ts"
import type { World } from "../resolve/world.ts"
import { adoptedOf, describeOpenQuestion, describeOtherMode } from "./adopted.ts"
import { Suggestion } from "./draft.ts"
import { entryOf, type View } from "./entry.ts"
import { describeSkippedMember, isUsual } from "./skipped.ts"

/** The declaration of a fleet as it was found. */
export interface Declaration {
  /** The `config` of Pulumi.<stack>.yaml; the user decides on a `Suggestion`. */
  readonly config: { readonly [key: string]: unknown }
  /** What cannot be declared, and why, a line each. */
  readonly notes: readonly string[]
  /** Whether the token in use must be given by value, because no file that can be named contains it. */
  readonly byValue: boolean
}

/**
 * Declares what was found, so that a first `up` changes only what differs from the token that the running gateway accepts. It
 * contains no token, only the token's place. A place with an unknown value is a suggestion.
 */
export function declarationOf(world: World): Declaration {
  const notes: string[] = []
  const own = world.gateways.filter(isUsual)
  const known = own.filter((view) => {
    const reason = describeOtherMode(view)
    if (reason) notes.push(`the ${view.member.product} gateway on ${shown(view.name)} is left out: ${reason}`)
    return reason === undefined
  })
  const accepted = known.filter(({ inquiry }) => inquiry.inUse)
  const main = accepted.length > 0 ? accepted : known.slice(0, 1)
  const nodes = world.nodes.filter(isUsual)
  const adopted = adoptedOf(main, notes)
  const taken = new Set<string>()
  const name = (view: View) => uniqueName(view, taken)
  const placed = new Set<PlaceCopy>()
  const entries = (views: readonly View[]) =>
    Object.fromEntries(
      views.map((view) => {
        const entry = entryOf(view, adopted, placed, notes)
        const why = "inquiry" in view ? describeOpenQuestion(view, adopted) : undefined
        return [name(view), why ? new Suggestion(entry, why) : entry]
      }),
    )
  const declared = { gateways: entries(main), nodes: entries(nodes) }
  for (const view of [...world.gateways, ...world.nodes].filter((view) => !isUsual(view)))
    notes.push(describeSkippedMember(view))
  for (const view of known.filter((view) => !main.includes(view)))
    notes.push(
      `the ${view.member.product} gateway on ${shown(view.name)} is left out: it does not accept the token in its files`,
    )
  for (const survey of world.surveys) notes.push(...describeUndeclaredCopies(survey, placed))
  return {
    config: {
      "gatekey:token": { rotation: 1, maxAge: "30d", ...(adopted ? { adopt: adopted.adopt } : {}) },
      "gatekey:gateways": declared.gateways,
      ...(nodes.length > 0 ? { "gatekey:nodes": declared.nodes } : {}),
    },
    notes: [...new Set(notes)],
    byValue: adopted?.adopt instanceof Suggestion,
  }
}

/** Describes the copies that are not declared. */
function describeUndeclaredCopies(survey: Survey, placed: ReadonlySet<PlaceCopy>): string[] {
  const at = hostName(survey.target.host, survey.snapshot)
  return survey.copies
    .filter((copy) => copy.held.kind === "value" && !placed.has(copy) && copy.kind !== "secret file")
    .map(
      ({ path, locator, kind }) =>
        `${showPath(path, survey.snapshot.home)} ${shown(locator)} on ${at} (${kind}) is not declared: change it by hand`,
    )
}

/** Returns a unique name for a member: `studio`, `studio node`. */
function uniqueName({ survey, member }: View, taken: Set<string>): string {
  const host =
    hostName(survey.target.host, survey.snapshot)
      .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+|-+$/g, "") || "host"
  const names = [
    host,
    `${host} ${member.role}`,
    ...Array.from({ length: 99 }, (_, at) => `${host} ${member.role} ${at + 2}`),
  ]
  const name = names.find((each) => !taken.has(each)) ?? host
  taken.add(name)
  return name
}

import { gatekeyCommand } from "../../../core/command-line.ts"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { describeMember, type Members } from "../../../core/leaving.ts"
import type { Notice } from "../../../core/notice.ts"
import { describePlace, formatPlaceId } from "../../../core/place.ts"
import { describeVault } from "../../../core/vault.ts"
import type { PlacementInputs } from "./inputs.ts"
import type { PlaceState } from "./state.ts"

/** Describes an unreachable host and its places. @param why names it, the reason, and the way out */
export function describeSkipped(why: string): Notice {
  return { message: `${why}. Its places are skipped`, fix: "`pulumi up` writes them when it answers again" }
}

/** Describes a place that a rotation skipped. @param holds what it held last, and why it cannot be seen now */
export function describeBehind(holds: string, inputs: PlacementInputs): Notice {
  return {
    message: `${holds}; must hold ${wantedOf(inputs)}`,
    fix: "`pulumi up` writes it when its host answers again",
  }
}

/** What a look at a place saw: in words, and as data. */
export interface ReportedPlace extends Pick<PlaceState, "found" | "open" | "foreignReference"> {
  readonly holds: string
}

/** Describes a drifted place: what it holds, what it must hold, and what will be done about it. */
export function describeDrift(held: ReportedPlace, inputs: PlacementInputs, obstacle?: string): Notice {
  const { holds, found, foreignReference } = held
  const wanted = `must hold ${wantedOf(inputs)}${inputs.why ? ` (${inputs.why})` : ""}`
  const message = `${found === "unreadable" ? "is" : "holds"} ${holds}; ${wanted}`
  if (obstacle !== undefined) return { message, fix: `\`pulumi up\` cannot fix it: ${obstacle}` }
  const kept = foreignReference ? "; what it refers to is not changed, and keeps its token" : ""
  return { message, fix: `\`pulumi up\` ${verb(held, inputs)}${kept}` }
}

/** Describes an adopted token that stays where it is, in a file that is open. @param others what others can do */
export function closes(others: string): Notice {
  return {
    message: `holds the adopted token, but ${others}`,
    fix: "`pulumi up` closes it (0600); rotate then, if somebody may have read it",
  }
}

export function healed(held: string, inputs: PlacementInputs): string {
  return `held ${held}; holds ${wantedOf(inputs)} now`
}

/** A change that was asked for. */
export function plan(holds: string, inputs: PlacementInputs): string {
  return `${holds} => ${wantedOf(inputs)}`
}

/** The first `up` never destroys. @param isReference what stands there leads to a value elsewhere */
export function refusal(holds: string, inputs: PlacementInputs, hasToken: boolean, isReference: boolean): UserError {
  const adopt = (place: string) => `(gatekey:token.adopt: {from: ${JSON.stringify(place)}})`
  const first = hasToken
    ? "Remove it there, or"
    : isReference
      ? `Adopt the token that it leads to, by the place where that stands ${adopt("host|path|locator")}, and`
      : `Adopt it as the first token ${adopt(formatPlaceId(inputs))}, or`
  return new UserError(
    `${describePlace(inputs)} holds ${holds}, which gatekey does not know and will not destroy. ${first} set overwrite: true on this place`,
  )
}

/** What a destroy will take away. */
export function farewell({ host, must, serves }: PlacementInputs): string {
  const item = describeVault(host)
  if (item) return `destroy leaves the token in ${shown(item)}, for whoever reads it there`
  return `destroy removes the ${must} here${serves ? `: ${serves}` : ""}`
}

/** What a destroy does not take away. @param known the highest generation that ever was */
export function keepsKnowing(members: Members, known: number): string {
  const who = Object.entries(members).map(describeMember).join(", ")
  return `destroy takes the token from its places; these machines knew it, and so does whoever copied it there: ${who}. To make it worthless, rotate first: ${rotation(known)}`
}

/** Somebody is no longer declared. @param advise whether to rotate: not where the same `up` does */
export function leaves(who: string, known: number, advise: boolean): string {
  const knows = `${who} is not declared any more; its machine still knows the token, and so does whoever copied it there`
  return advise ? `${knows}. Rotate: ${rotation(known)}` : `${knows}: the rotation makes it worthless`
}

/** How to make worthless what others know. */
function rotation(known: number): string {
  return `${gatekeyCommand} rotate, or raise gatekey:token.rotation to ${known + 1}`
}

function wantedOf({ holds }: PlacementInputs): string {
  return typeof holds === "string" ? holds : "the new token"
}

function verb({ found, open }: ReportedPlace, { must }: PlacementInputs): string {
  if (must === "nothing") return "removes it"
  if (found === "missing" || found === "no-file") return "writes it"
  if (found === "too-open" && open) return "closes it (0600)"
  return "puts it right"
}

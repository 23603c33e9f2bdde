import { gatekeyCommand } from "../../../core/command-line.ts"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { describeMember, type Members } from "../../../core/leaving.ts"
import type { Notice } from "../../../core/notice.ts"
import { describePlace, formatPlaceId } from "../../../core/place.ts"
import { describeVault } from "../../../core/vault.ts"
import type { PlacementInputs } from "./inputs.ts"
import type { PlaceState } from "./state.ts"

/** Describes an unreachable host and its places. @param why names the host, the reason and the fix */
export function describeSkipped(why: string): Notice {
  return { message: `${why}. Its places are skipped`, fix: "`pulumi up` writes them when it answers again" }
}

/** Describes a place that a rotation skipped. @param holds what it contained last, and why it cannot be read now */
export function describeBehind(holds: string, inputs: PlacementInputs): Notice {
  return {
    message: `${holds}; expected ${describeWantedContent(inputs)}`,
    fix: "`pulumi up` writes it when its host answers again",
  }
}

/** What was found in a place: a description, and data. */
export interface ReportedPlace extends Pick<PlaceState, "found" | "open" | "foreignReference"> {
  readonly holds: string
}

/** Describes a drifted place: what it contains, what is expected, and what `up` will do. */
export function describeDrift(held: ReportedPlace, inputs: PlacementInputs, obstacle?: string): Notice {
  const { holds, found, foreignReference } = held
  const wanted = `expected ${describeWantedContent(inputs)}${inputs.why ? ` (${inputs.why})` : ""}`
  const message = `${found === "unreadable" ? "is" : "contains"} ${holds}; ${wanted}`
  if (obstacle !== undefined) return { message, fix: `\`pulumi up\` cannot fix it: ${obstacle}` }
  const kept = foreignReference ? "; the file that it refers to keeps its token" : ""
  return { message, fix: `\`pulumi up\` ${describeFix(held, inputs)}${kept}` }
}

/** Describes an adopted token that stays in a file that is too open. @param others what other users can do */
export function describeOpenFile(others: string): Notice {
  return {
    message: `contains the adopted token, but ${others}`,
    fix: "`pulumi up` closes it (0600); then rotate, if another user may have read it",
  }
}

export function describeHealed(held: string, inputs: PlacementInputs): string {
  return `contained ${held}; contains ${describeWantedContent(inputs)} now`
}

/** Describes a requested change. */
export function describeRequestedChange(holds: string, inputs: PlacementInputs): string {
  return `${holds} => ${describeWantedContent(inputs)}`
}

/** Returns the error for a first `up` that would destroy a value. @param isReference the place refers to a value elsewhere */
export function unknownValueError(
  holds: string,
  inputs: PlacementInputs,
  hasToken: boolean,
  isReference: boolean,
): UserError {
  const adopt = (place: string) => `(gatekey:token.adopt: {from: ${JSON.stringify(place)}})`
  const first = hasToken
    ? "Remove it there, or"
    : isReference
      ? `Adopt the token that it refers to, by the place of that token ${adopt("host|path|locator")}, and`
      : `Adopt it as the first token ${adopt(formatPlaceId(inputs))}, or`
  return new UserError(
    `${describePlace(inputs)} contains ${holds}, which gatekey does not know and will not overwrite. ${first} set overwrite: true on this place`,
    "place",
  )
}

/** Describes what a destroy removes. */
export function describeDestroy({ host, must, serves }: PlacementInputs): string {
  const item = describeVault(host)
  if (item) return `destroy leaves the token in ${shown(item)}, for its other readers`
  return `destroy removes the ${must} here${serves ? `: ${serves}` : ""}`
}

/** Describes who still knows the token after a destroy. @param known the highest generation that ever was */
export function describeKnowingMembers(members: Members, known: number): string {
  const machines = Object.entries(members).map(describeMember).join(", ")
  return `destroy removes the token from its places; these machines, and anybody who copied it there, still know it: ${machines}. To make it worthless, rotate first: ${describeRotate(known)}`
}

/** Describes a member that gets the token no more. @param advise whether to rotate: not if the same `up` rotates */
export function describeLeavingMember(member: string, known: number, advise: boolean): string {
  const message = `${member} gets the token no more; its machine, and anybody who copied it there, still knows it`
  return advise ? `${message}. Rotate: ${describeRotate(known)}` : `${message}: the rotation makes it worthless`
}

/** Describes how to make the known tokens worthless. */
function describeRotate(known: number): string {
  return `${gatekeyCommand} rotate, or raise gatekey:token.rotation to ${known + 1}`
}

function describeWantedContent({ holds }: PlacementInputs): string {
  return typeof holds === "string" ? holds : "the new token"
}

function describeFix({ found, open }: ReportedPlace, { must }: PlacementInputs): string {
  if (must === "nothing") return "removes it"
  if (found === "missing" || found === "no-file") return "writes it"
  if (found === "too-open" && open) return "closes it (0600)"
  return "fixes it"
}

import { gatekeyCommand } from "../core/command-line.ts"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { type Members, memberWords } from "../core/leaving.ts"
import { placeId, placeWords } from "../core/place.ts"
import { vaultWords } from "../core/vault.ts"
import type { PlacementInputs } from "./resources/placement-inputs.ts"

/** What an unreachable host means for all of its places. @param why names it, the reason, and the way out */
export function passedBy(why: string): string {
  return `${why}. Its places are passed by; \`pulumi up\` mends them when it answers again`
}

/** What a place holds that a rotation passed by. @param holds in words, and why it cannot be seen now */
export function lags(holds: string, inputs: PlacementInputs): string {
  return `${holds}; must hold ${wantedOf(inputs)}. \`pulumi up\` writes it when its host answers again`
}

/** What a drifted place holds, must hold, and what will be done about it. */
export function advice(holds: string, inputs: PlacementInputs, obstacle?: string): string {
  const wanted = `must hold ${wantedOf(inputs)}${inputs.why ? ` (${inputs.why})` : ""}`
  const seen = holds.startsWith("unreadable") ? `is ${holds}` : `holds ${holds}`
  if (obstacle !== undefined) return `${seen}; ${wanted}. \`pulumi up\` cannot mend it: ${obstacle}`
  const kept = ownReference.test(holds) ? "; what it refers to is not changed, and keeps its token" : ""
  return `${seen}; ${wanted}. \`pulumi up\` ${verb(holds, inputs)}${kept}`
}

/** Not gatekey's: where it leads belongs to whoever wrote it. */
const ownReference = /^(?:another reference|a reference to the environment)/

/** The adopted token stays where it is, and its file was open. @param others what others can do, in words */
export function closes(others: string): string {
  return `holds the adopted token, but ${others}. \`pulumi up\` closes it (0600); rotate then, if somebody may have read it`
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
      : `Adopt it as the first token ${adopt(placeId(inputs))}, or`
  return new UserError(
    `${placeWords(inputs)} holds ${holds}, which gatekey does not know and will not destroy. ${first} set overwrite: true on this place`,
  )
}

/** What a destroy will take away. */
export function farewell({ host, must, serves }: PlacementInputs): string {
  const item = vaultWords(host)
  if (item) return `destroy leaves the token in ${shown(item)}, for whoever reads it there`
  return `destroy removes the ${must} here${serves ? `: ${serves}` : ""}`
}

/** What a destroy does not take away. @param known the highest generation that ever was */
export function keepsKnowing(members: Members, known: number): string {
  const who = Object.entries(members).map(memberWords).join(", ")
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

function verb(holds: string, { must, holds: wanted }: PlacementInputs): string {
  if (must === "nothing") return "removes it"
  if (holds.startsWith("nothing")) return "writes it"
  if (holds.startsWith(`${String(wanted)}, but others`)) return "closes it (0600)"
  return "puts it right"
}

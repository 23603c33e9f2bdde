import { checkPath, parsePlaceId } from "../../core/place.ts"
import { describeWeakness } from "../../core/strength.ts"
import type { Survey } from "../collect/survey.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { isPassword } from "../resolve/inquiry.ts"
import type { GatewayView } from "../resolve/view.ts"
import type { Adopted } from "./adopted-token.ts"
import { Suggestion } from "./draft.ts"
import { isReported, pathOf } from "./places.ts"

/** Finds the token that a running gateway accepts, or else the one of its next start, and the place of a copy. */
export function adoptedOf(gateways: readonly GatewayView[], notes: string[]): Adopted | undefined {
  const [gateway] = gateways
  if (!gateway) return undefined
  const { survey, member, inquiry, verdict, live } = gateway
  const isAsked = member.process !== undefined && ["answers", "refused"].includes(verdict.kind)
  const value = inquiry.inUse?.value ?? (isAsked ? undefined : live.wins?.value)
  const proved = inquiry.inUse !== undefined
  if (!value) {
    if (!isAsked) notes.push("no token in use was found: the first `pulumi up` makes one")
    return undefined
  }
  if (!proved) notes.push("the gateway could not be asked which token it accepts: the token in its files is adopted")
  const weak = describeWeakness(value.reveal())
  if (weak) notes.push(`the token in use ${weak}: the first \`pulumi up\` adopts it as generation 0, and rotates it`)
  const holds = (copy: PlaceCopy) =>
    copy.held.kind === "value" && copy.held.value.equals(value) && isNamed(copy, survey)
  const copies = [...survey.copies, ...survey.passwords].sort(
    (a, b) => Number(a.kind === "backup") - Number(b.kind === "backup"),
  )
  const [copy] = [live.wins?.copy, ...copies].filter((each) => each !== undefined && holds(each))
  const adopt = copy
    ? { from: `${survey.target.host}|${pathOf(copy, survey)}|${copy.locator}` }
    : new Suggestion(
        undefined,
        "The token in use is in no file that can be named. Before the first `pulumi up`, give it by: pulumi config set --secret --path 'gatekey:token.adopt.value'",
      )
  if (!copy)
    notes.push(
      "the token in use is in no file that can be named; before the first `pulumi up`, give it by: pulumi config set --secret --path 'gatekey:token.adopt.value'",
    )
  return { value, adopt, proved, gateway }
}

/** Checks whether `host|path|locator` identifies that copy. */
function isNamed(copy: PlaceCopy, survey: Survey): boolean {
  const path = pathOf(copy, survey)
  const id = `${survey.target.host}|${path}|${copy.locator}`
  return (
    copy.shadowed === undefined &&
    checkPath(path) === undefined &&
    typeof parsePlaceId(id) !== "string" &&
    isReported(copy)
  )
}

/** Describes why a gateway does not authenticate by the token; undefined if it does. */
export function describeOtherMode({ mode, inquiry, verdict, credential }: GatewayView): string | undefined {
  if (mode.kind !== credential)
    return mode.kind === "password"
      ? `its authentication mode is password (${mode.why}): declare it with mode: password`
      : `its authentication mode is ${mode.kind} (${mode.why}), which gatekey does not manage`
  if (credential === "token" && isPassword(verdict))
    return "it accepts a password beside its token: remove one of them, and scan again"
  return inquiry.anonymous?.kind === "accepted" ? "it accepts a client that sends no token" : undefined
}

/** Describes why a running gateway needs the user's decision; undefined if it does not. */
export function describeOpenQuestion(
  { member, inquiry, verdict }: GatewayView,
  adopted: Adopted | undefined,
): string | undefined {
  const { inUse } = inquiry
  if (inUse && adopted && !inUse.value.equals(adopted.value))
    return "it accepts another token than the gateway above: one stack has one token, which replaces this one"
  if (inUse || !member.process || !["answers", "refused"].includes(verdict.kind)) return undefined
  return "the token that it accepts was not found, and the first `pulumi up` would replace it: give it by pulumi config set --secret --path 'gatekey:token.adopt.value', or restart the gateway with one that its config has, and scan again"
}

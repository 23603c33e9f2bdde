import { showPath } from "../../core/home.ts"
import { products } from "../../products/index.ts"
import { urlVariable } from "../files/stated-url.ts"
import { withCredential } from "../resolve/by-secret.ts"
import { hasOwnToken } from "../resolve/device.ts"
import type { NodeView } from "../resolve/view.ts"
import type { Candidate } from "../resolve/winner.ts"
import type { Cause } from "./cause.ts"

/** Reports a client that has no token, although its gateway checks one. */
export function noTokenCauses({ name, survey, member, gateway }: NodeView): Cause[] {
  if (!member.isClient || gateway?.mode.kind !== "token" || gateway.inquiry.anonymous?.kind === "accepted") return []
  const { urlFrom, located } = member
  const from = urlFrom && showPath(urlFrom, survey.snapshot.home)
  const by = from === undefined ? "" : `, because with ${urlVariable} (${from}) it sends nothing of its config`
  const sentence = `${name} has no token to send${by}: ${gateway.name} rejects it, unless its device is paired there`
  const place =
    from === undefined
      ? `gateway.remote.token in ${located.config.replace(/.*\//, "")}`
      : `${products[member.product].variable} in ${from}`
  const remedy = `give it the gateway's token: ${place}`
  return [{ ...{ code: "no-token-sent", weight: "risk", who: name, host: survey.target.host }, sentence, remedy }]
}

/** Returns the token that a member without a password sends instead: openclaw also accepts the password as a token. */
export function tokenInstead(view: NodeView): Candidate | undefined {
  if (view.live.wins || view.gateway?.credential !== "password") return undefined
  const token = withCredential(view, "token").live.wins
  const wanted = view.gateway.live.wins?.value
  const isAccepted = view.member.product === "openclaw" && token?.value && wanted?.equals(token.value)
  return isAccepted ? undefined : token
}

/** Returns the view of an openclaw member that has only a password, which its gateway also accepts as the token. */
export function passwordInstead(view: NodeView): NodeView | undefined {
  if (view.live.wins || view.member.product !== "openclaw") return undefined
  const own = withCredential(view, "password")
  return own.live.wins ? own : undefined
}

/**
 * Reports a member that has a token, while its gateway accepts a password.
 * @param sent the token and its place
 */
export function passwordCause(view: NodeView, sent: string): Cause {
  const { name, survey, gateway } = view
  const isPaired = hasOwnToken(view)
  const rejected = isPaired
    ? "is paired, and connects by its device's own token; it would be rejected if it had to pair again"
    : "will be rejected"
  return {
    ...{ code: "password-gateway", weight: isPaired ? "risk" : "broken", who: name, host: survey.target.host },
    sentence: `${name} ${rejected}: it has a token (${sent}), but ${gateway?.name} accepts a password`,
  }
}

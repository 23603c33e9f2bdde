import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { keyOf } from "../resolve/key-of.ts"
import { foreignOwnersOn } from "../resolve/port.ts"
import { suspectsOf } from "../resolve/suspects.ts"
import { unknownStarts } from "../resolve/unknown-starts.ts"
import type { GatewayView } from "../resolve/view.ts"
import { type Cause, hostCommand } from "./cause.ts"

/** Reports a gateway whose only token is under the clients' key. */
export function wrongKeyCauses({ name, survey, member, live, mode }: GatewayView): Cause[] {
  const { product, located, settings } = member
  const { wins } = live
  const copy = survey.copies.find((each) => {
    const { config, key } = keyOf(each)
    return key === "gateway.remote.token" && config === located.config && each.kind === "config remote token"
  })
  const isOnly = wins === undefined || wins.copy === copy
  if (!copy || !isOnly || settings?.mode !== "local" || mode.kind === "password") return []
  const does =
    product === "openclaw"
      ? member.process
        ? "accepts gateway.remote.token only because nothing else gives it a token"
        : "has a token under gateway.remote.token alone, with which it starts on the loopback only"
      : "does not read gateway.remote.token, and has no other"
  return [
    {
      ...{ code: "wrong-key", weight: "risk", who: name, host: survey.target.host, copies: [copy] },
      sentence: `${theGateway(name)} ${does}: that key is what a client sends, and a gateway's own is gateway.auth.token`,
      remedy: `move the value to gateway.auth.token in ${showPath(located.config, survey.snapshot.home)}`,
    },
  ]
}

/** Reports a gateway whose token was not found, and why. */
export function noTokenCauses(view: GatewayView): Cause[] {
  const { name, survey, member, inquiry, verdict, runtimeToken, credential } = view
  const { host } = survey.target
  const gateway = theGateway(name)
  const say = (code: Cause["code"], weight: Cause["weight"], sentence: string, remedy?: string): Cause[] => [
    { ...{ code, weight, who: name, host, sentence }, ...(remedy ? { remedy } : {}) },
  ]
  const unread = describeUnread(view)
  if (!member.process) return idleCauses(view, unread)
  if (runtimeToken)
    return say("no-token", "risk", `${gateway} has no token: it generates one at each start, which no client knows`)
  if (!["answers", "refused"].includes(verdict.kind) || foreignOwnersOn(survey, member).length > 0) return []
  const { argumentsSeen, seen, pid } = member.process
  const reasons = [
    ...(inquiry.refused.length > 0 ? [`it rejected ${countValues(inquiry.refused.length)} found in its home`] : []),
    ...(inquiry.untried > 0
      ? [`${countValues(inquiry.untried)} found there ${inquiry.untried === 1 ? "was" : "were"} not tried`]
      : []),
    ...(argumentsSeen ? [] : ["its command line is hidden"]),
    ...(seen ? [] : ["its environment cannot be read"]),
    ...unread,
  ]
  // Everything was checked, and nothing was found.
  const why =
    reasons.length > 0 ? reasons.join(", ") : "no place contains one, and its log does not report a generated one"
  return say(
    "token-not-known",
    "unknown",
    `the ${credential} that ${gateway} accepts is not known: ${why}`,
    `find what starts it: ${hostCommand(host, `ps -o ppid= -o args= -p ${pid}`)}`,
  )
}

/** Reports that no token was sent, because a wrong one could lock all clients of this address out. */
export function limitedCauses({ name, survey, member, credential }: GatewayView): Cause[] {
  const attempts = member.settings?.rateLimit?.maxAttempts
  const after = attempts === 1 ? "one failed attempt" : `${attempts} failed attempts`
  return [
    {
      ...{ code: "token-not-known", weight: "unknown", who: name, host: survey.target.host },
      sentence: `the ${credential} that ${theGateway(name)} accepts is not known: gateway.auth.rateLimit locks an address out after ${after}, so none was sent`,
      remedy: "set gateway.auth.rateLimit.maxAttempts to 3 or more, or exemptLoopback to true, then scan again",
    },
  ]
}

/** Reports a gateway that does not run, and so has no token in use. */
function idleCauses({ name, survey, member, credential }: GatewayView, unread: readonly string[]): Cause[] {
  const base = { who: name, host: survey.target.host }
  const gateway = theGateway(name)
  if (suspectsOf(member, survey, [], credential).length > 0) return []
  if (unread.length > 0)
    return [
      {
        ...{ ...base, code: "token-not-known", weight: "unknown" },
        sentence: `no ${credential} was found for ${gateway}, which does not run: ${unread.join(", ")}`,
      },
    ]
  const made =
    member.product === "openclaw" && credential === "token"
      ? ": without one, it generates one at each start, which no client knows"
      : ""
  return [
    {
      ...{ ...base, code: "no-token", weight: "risk" },
      sentence: `no ${credential} was found for ${gateway}, which does not run${made}`,
    },
  ]
}

/** Lists why a gateway's environment is not fully known. */
function describeUnread({ survey, member }: GatewayView): string[] {
  const { home } = survey.snapshot
  const broken = survey.copies.filter(
    ({ held, product, role }) =>
      held.kind === "broken" && (product ?? member.product) === member.product && role !== "node",
  )
  const paths = [...new Set(broken.map(({ path }) => showPath(path, home)))]
  const listed = paths.slice(0, 3).map((path) => `${path} cannot be read`)
  const all = paths.length > 3 ? [...listed, shown(`${paths.length - 3} more places cannot be read`)] : listed
  return [...unknownStarts(member, survey), ...all]
}

function countValues(count: number): string {
  return count === 1 ? "one value" : `${count} values`
}

/** Names a gateway by its host, unless its name says more. */
export function theGateway(name: string): string {
  return name.startsWith("the ") ? name : `the gateway on ${name}`
}

import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import type { GatewayView, NodeView } from "../resolve/view.ts"
import { asRead } from "../resolve/winner.ts"
import type { Cause, Ground } from "./cause.ts"
import { theGateway } from "./token.ts"

/**
 * Reports commands of a profile without a gateway of its own: they connect to this one if its config names the port. Without
 * a profile it is not known: a shell may set another place for their files.
 */
export function gatewayProfileCauses(view: GatewayView, { letters }: Ground): Cause[] {
  const { name, survey, member, live, verdict } = view
  const accepted = live.wins?.value
  if (verdict.kind !== "accepted" || !accepted) return []
  const { settings, members, snapshot, copies, target } = survey
  return settings.flatMap(({ product, profile, mode, port, path }): Cause[] => {
    if (product !== member.product || profile === undefined || profile === member.profile) return []
    if (mode !== "local" || port !== member.port) return []
    if (members.some((each) => each.product === product && each.profile === profile)) return []
    const copy = copies.find((each) => each.path === path && each.kind === "config auth token")
    if (copy?.held.kind !== "value") return []
    const own = asRead(copy.held.value, copy)
    if (accepted.equals(own)) return []
    const config = showPath(path, snapshot.home)
    return [
      {
        ...{ code: "profile-token", weight: "risk", who: name, host: target.host, copies: [copy] },
        sentence: `the profile ${shown(profile)} of ${product} on ${name} connects to port ${member.port} with ${letters.describe(own)} (${config}), but ${theGateway(name)} accepts ${letters.describe(accepted)}: its commands will be rejected`,
        remedy: `set gateway.port of ${config} to one of its own, or its gateway.auth.token to the gateway's`,
      },
    ]
  })
}

/** Reports several configurations of one product: an edit of one does not change the other. */
export function nodeProfileCauses({ name, survey, member }: NodeView): Cause[] {
  const { product, role, profile } = member
  const others = survey.settings.filter((each) => each.product === product && each.profile !== profile)
  if (others.length === 0 || (profile === undefined && !others.some(({ mode }) => mode === "remote"))) return []
  const home = survey.snapshot.home
  const own = survey.settings.find((each) => each.product === product && each.profile === profile)
  return [
    {
      ...{ code: "profiles", weight: member.process ? "risk" : "broken", who: name, host: survey.target.host },
      sentence: `two profiles of ${product} are on ${name}: the ${role} runs with ${profile ? `profile ${shown(profile)}` : "the default one"} (${own ? showPath(own.path, home) : "no config"}), so it does not read ${others.map(({ path }) => showPath(path, home)).join(", ")}`,
    },
  ]
}

import { isLoopback } from "../../core/address.ts"
import { shown } from "../../core/escape.ts"
import { omitUndefined } from "../../core/given.ts"
import { showPath } from "../../core/home.ts"
import { parseHost } from "../../core/host.ts"
import { parseRoute } from "../../core/route.ts"
import type { Secret } from "../../core/secret.ts"
import { products } from "../../products/index.ts"
import { credentials, formatVariable } from "../../products/readers.ts"
import { logOf } from "../collect/log.ts"
import type { Member } from "../collect/member.ts"
import { hasGeneratedToken } from "../collect/runtime-token.ts"
import { servicesOf } from "../collect/services.ts"
import { sidecarWayOf } from "../collect/sidecar-way.ts"
import { startFailureOf } from "../collect/start-failure.ts"
import type { Survey } from "../collect/survey.ts"
import { Unanswered } from "../collect/unanswered.ts"
import { pairingsOf, passageOf, verdictOf } from "../collect/wire.ts"
import { withCredential, withSecret } from "./by-secret.ts"
import { type Inquiry, inquire, mostWrong } from "./inquiry.ts"
import { type Mode, modeOf } from "./modes.ts"
import { hostName } from "./names.ts"
import { foreignOwnersOn } from "./port.ts"
import { gatewayBehind, sidecarOf } from "./proxies.ts"
import { belongsToOther, type Suspect, suspectsOf } from "./suspects.ts"
import type { GatewayView, NodeView, View } from "./view.ts"
import { type Winner, winnerOf } from "./winner.ts"

/** All hosts together, with the answers of their gateways. */
export interface World {
  readonly surveys: readonly Survey[]
  readonly gateways: readonly GatewayView[]
  readonly nodes: readonly NodeView[]
  /** What a host did not answer after its survey, a line each. */
  readonly unseen: readonly string[]
}

/** Returns a member's declared name. */
type Naming = (survey: Survey, member: Member) => string | undefined

interface Settings {
  readonly named?: Naming
  readonly logs?: "all" | "troubled"
  /** Asks a gateway whether it accepts a token. Default: one connect. */
  readonly ask?: typeof verdictOf
  /** Whether a gateway that rejects the token in its own files gets others. */
  readonly searches?: boolean
}

export async function worldOf(
  surveys: readonly Survey[],
  { named, logs = "troubled", ask = verdictOf, searches = true }: Settings = {},
): Promise<World> {
  const tokens = surveys.flatMap(tokensOf)
  const missing = new Unanswered()
  const views = await Promise.all(
    surveys.flatMap((survey) =>
      survey.members.map(async (member): Promise<View> => {
        const { host } = survey.target
        const declared = named?.(survey, member)
        const name = declared ?? nameOf(survey, member)
        const services = await missing.or(`the service of ${name}`, servicesOf(host, member), [])
        const troubled =
          member.process === undefined || services.some(({ snapshot }) => snapshot.process.kind !== "running")
        const log = troubled || logs === "all" ? logOf(host, member, tokens) : Promise.resolve([])
        return {
          ...{ name, survey, member, services, declared: declared !== undefined, credential: "token" },
          live: winnerOf(member, survey),
          next: winnerOf(member, survey, "next"),
          log: await missing.or(`the log of ${name}`, log, []),
        }
      }),
    ),
  )
  const serving = views.filter(({ member }) => member.role === "gateway")
  const gateways = await Promise.all(serving.map((view) => gatewayView(view, ask, searches, missing)))
  const nodes = await Promise.all(
    views.filter(({ member }) => member.role === "node").map((view) => nodeView(view, gateways, missing)),
  )
  return { surveys, gateways, nodes, unseen: missing.reasons }
}

/** Returns every value that was found. */
export function tokensOf({ copies, passwords, snapshot }: Survey): Secret[] {
  const given = snapshot.processes.flatMap(({ flag, environment, product }) => [
    flag,
    ...credentials.map((each) => environment.get(formatVariable(product, each))),
  ])
  const held = [...copies, ...passwords].flatMap((copy) => (copy.held.kind === "value" ? [copy.held.value] : []))
  return [...held, ...given.filter((value) => value !== undefined), ...snapshot.session.map(({ value }) => value)]
}

async function gatewayView(
  view: View,
  ask: typeof verdictOf,
  searches: boolean,
  missing: Unanswered,
): Promise<GatewayView> {
  const mode = modeOf(view.member, view.survey)
  const asked = withSecret(view, mode)
  const { name, survey, member, live: predicted, credential } = asked
  const { host } = survey.target
  const port = survey.ports.get(member.port)
  const inquiry = await inquiryOf(asked, mode, ask, searches)
  const { verdict, inUse } = inquiry
  const live = inUse && !predicted.wins?.value?.equals(inUse.value) ? withTokenInUse(inUse, predicted) : predicted
  const pairings = inUse ? await pairingsOf(host, member, port, inUse.value, credential) : undefined
  const isAsked = searches && mode.kind === "token" && !inUse && predicted.candidates.length === 0
  const runtimeToken =
    isAsked && (await missing.or(`whether ${name} generated its token`, hasGeneratedToken(host, member), false))
  const failed = verdict.kind === "no gateway" ? startFailureOf(host, member, tokensOf(survey)) : undefined
  const startFailure = failed && (await missing.or(`why ${name} did not start`, failed, undefined))
  return {
    ...asked,
    live,
    predicted,
    mode,
    inquiry,
    verdict,
    pairings,
    runtimeToken,
    ...omitUndefined({ startFailure }),
  }
}

/** Makes the accepted token the winner, whatever the order of the sources. */
function withTokenInUse(inUse: Suspect, { candidates }: Winner): Winner {
  return { candidates: [inUse, ...candidates.filter(({ copy }) => copy !== inUse.copy)], wins: inUse }
}

async function inquiryOf(view: View, mode: Mode, ask: typeof verdictOf, searches: boolean): Promise<Inquiry> {
  const { survey, member, live, next, credential } = view
  const { host } = survey.target
  const port = survey.ports.get(member.port)
  const nothing = { refused: [], untried: 0 }
  if (port?.sockets.length === 0)
    return { ...nothing, verdict: { kind: "no gateway", reason: "nothing listens there" } }
  const isOurs = foreignOwnersOn(survey, member).length === 0
  const isSent = live.wins?.value && !belongsToOther(live.wins, member)
  const predicted = isSent && live.wins?.value ? { ...live.wins, value: live.wins.value } : undefined
  const limit = member.settings?.rateLimit
  if (!searches) {
    const own = isOurs && mostWrong(port, limit) > 0 ? predicted : undefined
    const verdict = await ask(host, member, port, own?.value, credential)
    return { ...nothing, verdict, ...(verdict.kind === "accepted" && own ? { inUse: own } : {}) }
  }
  // Another owner of its port gets nothing, nor does a gateway whose mode accepts no token.
  const isKnown = credential === mode.kind
  const sent = isOurs && (isKnown || isSwitched(mode, member))
  const own = [...live.candidates, ...next.candidates]
  const all = member.process ? suspectsOf(member, survey, own, credential) : predicted ? [predicted] : []
  // A gateway that asks for a password is not asked again.
  const suspects = isKnown ? all : all.slice(0, 1)
  const each = (token: Secret | undefined) => ask(host, member, port, token, credential)
  return inquire(each, port, sent ? suspects : [], credential, limit)
}

/** Checks whether only the password sets the mode: then its answer to a token reveals the running process's mode. */
function isSwitched({ kind }: Mode, { settings }: Member): boolean {
  return kind === "password" && settings?.auth === undefined
}

async function nodeView(view: View, gateways: readonly GatewayView[], missing: Unanswered): Promise<NodeView> {
  const { name, survey, member } = view
  const { host } = survey.target
  const url = urlOf(member)
  const sidecar = sidecarOf(survey, url)
  if (sidecar) {
    const gateway = gatewayBehind(sidecar, gateways)
    const way = await missing.or(`the way of ${name} by its sidecar`, sidecarWayOf(host, sidecar), undefined)
    return { ...view, url, gateway, passage: undefined, sidecar, ...omitUndefined({ way }) }
  }
  const { gateway, sure } = gatewayFor(view, url, gateways)
  const own = gateway?.credential === "password" ? withCredential(view, "password") : view
  const { live, credential } = own
  const token = sure && gateway ? tokenAcceptedBy(gateway, live.wins?.value) : undefined
  const goes = url === undefined ? Promise.resolve(undefined) : passageOf(host, member, url, token, credential)
  const passage = await missing.or(`the route of ${name} to its gateway`, goes, undefined)
  return { ...own, url, gateway, passage }
}

/** Returns the token if the gateway is known to accept it, so that it locks no client out. */
function tokenAcceptedBy({ verdict, live }: GatewayView, token: Secret | undefined): Secret | undefined {
  return token && verdict.kind === "accepted" && live.wins?.value?.equals(token) ? token : undefined
}

/**
 * Returns the URL of a command, from a variable or its config; or of a node, from its arguments or its last start. A node never
 * reads `gateway.remote.url`; if its arguments are hidden, its route is unknown.
 */
function urlOf({ process, definitions, settings, product, isClient, url }: Member): string | undefined {
  if (isClient) return url ?? settings?.url
  const stated = process?.route ?? definitions.find(({ options }) => options?.route)?.options?.route ?? url
  const isSeen = process?.argumentsSeen || definitions.some(({ isWrapped }) => !isWrapped)
  return stated ?? (isSeen ? `ws://127.0.0.1:${products[product].port}` : undefined)
}

/** Finds the gateway of a route: on the same host, by name or address; else, as a guess, the only one with that port. */
function gatewayFor(
  { survey: own, member }: View,
  url: string | undefined,
  gateways: readonly GatewayView[],
): { readonly gateway: GatewayView | undefined; readonly sure: boolean } {
  const route = url === undefined ? undefined : parseRoute(url)
  const ours = gateways.filter(({ member: { product } }) => product === member.product)
  const only = (all: readonly GatewayView[]) => ({ gateway: all.length === 1 ? all[0] : undefined, sure: false })
  if (!route) return only(ours)
  const here = isLoopback(route.address)
  const ports = ours.filter((gateway) => gateway.member.port === route.port)
  const gateway = ports.find(({ survey: { target, snapshot } }) =>
    here
      ? target.host === own.target.host
      : [parseHost(target.host)?.name, snapshot.name, ...snapshot.addresses].includes(route.address),
  )
  if (gateway) return { gateway, sure: true }
  // A route to another machine does not mean the gateway beside it.
  return here ? { gateway: undefined, sure: true } : only(ports.filter((each) => each.survey !== own))
}

function nameOf(survey: Survey, { role, product, profile, isClient }: Member): string {
  const host = hostName(survey.target.host, survey.snapshot)
  const alone = survey.members.length === 1 && !isClient
  const which = profile?.startsWith("/")
    ? ` with ${showPath(profile, survey.snapshot.home)}`
    : profile
      ? ` of profile ${shown(profile)}`
      : ""
  return alone ? host : `the ${product} ${isClient ? "CLI" : role}${which} on ${host}`
}

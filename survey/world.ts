import { isLoopback } from "../core/address.ts"
import { shown } from "../core/escape.ts"
import { parseHost } from "../core/host.ts"
import { routeOf } from "../core/route.ts"
import type { Secret } from "../core/secret.ts"
import type { Pairings } from "../gateways/pairings.ts"
import type { Verdict } from "../gateways/verdict.ts"
import { products } from "../products/index.ts"
import { type Line, logOf } from "./log.ts"
import type { Member } from "./members.ts"
import { homely, hostName } from "./names.ts"
import { strangersOn } from "./port.ts"
import { type ServiceSeen, servicesOf } from "./services.ts"
import type { Survey } from "./survey.ts"
import { type Winner, winnerOf } from "./winner.ts"
import { type Passage, pairingsOf, passageOf, verdictOf } from "./wire.ts"

interface View {
  /** As it is called in a sentence: `studio`, or `tw's openclaw node` where a host has several. */
  readonly name: string
  /** Whether a declaration gave it that name. */
  readonly declared?: boolean
  readonly survey: Survey
  readonly member: Member
  readonly services: readonly ServiceSeen[]
  /** The token that it accepts or presents, as its process runs; and as it would start now. */
  readonly live: Winner
  readonly next: Winner
  /** The last lines of its log, where they were looked at. */
  readonly log: readonly Line[]
}

export interface GatewayView extends View {
  /** Whether it takes the token that it should. */
  readonly verdict: Verdict
  readonly pairings: Pairings | undefined
}

export interface NodeView extends View {
  readonly url: string | undefined
  readonly gateway: GatewayView | undefined
  readonly passage: Passage | undefined
}

/** All hosts together, with what was said at the wire. */
export interface World {
  readonly surveys: readonly Survey[]
  readonly gateways: readonly GatewayView[]
  readonly nodes: readonly NodeView[]
}

/** Names that a declaration gives, by host and home. */
type Naming = (survey: Survey, member: Member) => string | undefined

interface Settings {
  readonly named?: Naming
  readonly logs?: "all" | "troubled"
  /** Asks a gateway whether it takes a token. Default: one connect. */
  readonly ask?: typeof verdictOf
}

export async function worldOf(
  surveys: readonly Survey[],
  { named, logs = "troubled", ask = verdictOf }: Settings = {},
): Promise<World> {
  const tokens = surveys.flatMap(tokensOf)
  const views = await Promise.all(
    surveys.flatMap((survey) =>
      survey.members.map(async (member): Promise<View> => {
        const services = await servicesOf(survey.target.host, member)
        const troubled = member.process === undefined || services.some(({ sight }) => sight.process.kind !== "running")
        const declared = named?.(survey, member)
        return {
          name: declared ?? nameOf(survey, member),
          ...{ survey, member, services, declared: declared !== undefined },
          live: winnerOf(member, survey),
          next: winnerOf(member, survey, "next"),
          log: troubled || logs === "all" ? await logOf(survey.target.host, member, tokens) : [],
        }
      }),
    ),
  )
  const serving = views.filter(({ member }) => member.role === "gateway")
  const gateways = await Promise.all(serving.map((view) => gatewayView(view, ask)))
  const nodes = await Promise.all(
    views.filter(({ member }) => member.role === "node").map((view) => nodeView(view, gateways)),
  )
  return { surveys, gateways, nodes }
}

/** Every value that was found. */
export function tokensOf({ copies, sight }: Survey): Secret[] {
  const given = sight.processes.flatMap(({ flag, environment, product }) => [
    flag,
    environment.get(products[product].variable),
  ])
  const held = copies.flatMap((copy) => (copy.held.kind === "value" ? [copy.held.value] : []))
  return [...held, ...given.filter((value) => value !== undefined), ...sight.session.map(({ value }) => value)]
}

async function gatewayView(view: View, ask: typeof verdictOf): Promise<GatewayView> {
  const { survey, member, live } = view
  const { host } = survey.target
  const port = survey.ports.get(member.port)
  // Whoever else has its port is shown nothing.
  const token = strangersOn(survey, member).length === 0 ? live.wins?.value : undefined
  const verdict: Verdict =
    port?.sockets.length === 0
      ? { kind: "no gateway", reason: "nothing listens there" }
      : await ask(host, member, port, token)
  const pairings = verdict.kind === "accepted" && token ? await pairingsOf(host, member, port, token) : undefined
  return { ...view, verdict, pairings }
}

async function nodeView(view: View, gateways: readonly GatewayView[]): Promise<NodeView> {
  const { survey, member, live } = view
  const url = urlOf(member)
  const { gateway, sure } = gatewayFor(view, url, gateways)
  const token = sure && gateway ? takenBy(gateway, live.wins?.value) : undefined
  const passage = url === undefined ? undefined : await passageOf(survey.target.host, member, url, token)
  return { ...view, url, gateway, passage }
}

/** What the gateway is known to take locks nobody out. */
function takenBy({ verdict, live }: GatewayView, token: Secret | undefined): Secret | undefined {
  return token && verdict.kind === "accepted" && live.wins?.value?.equals(token) ? token : undefined
}

/** As its process goes, its definition says, or its config. */
function urlOf({ process, definitions, settings, product }: Member): string | undefined {
  const said = process?.route ?? definitions.find(({ options }) => options?.route)?.options?.route ?? settings?.url
  return said ?? (settings?.mode === "local" ? `ws://127.0.0.1:${settings.port ?? products[product].port}` : undefined)
}

/** The gateway where the way leads: on the same host, by its name or address; else, as a guess, the only one with that port. */
function gatewayFor(
  { survey: own, member }: View,
  url: string | undefined,
  gateways: readonly GatewayView[],
): { readonly gateway: GatewayView | undefined; readonly sure: boolean } {
  const route = url === undefined ? undefined : routeOf(url)
  const ours = gateways.filter(({ member: { product } }) => product === member.product)
  const only = (all: readonly GatewayView[]) => ({ gateway: all.length === 1 ? all[0] : undefined, sure: false })
  if (!route) return only(ours)
  const here = isLoopback(route.address)
  const ports = ours.filter((gateway) => gateway.member.port === route.port)
  const gateway = ports.find(({ survey: { target, sight } }) =>
    here
      ? target.host === own.target.host
      : [parseHost(target.host)?.name, sight.name, ...sight.addresses].includes(route.address),
  )
  if (gateway) return { gateway, sure: true }
  // Who goes to another machine does not mean the gateway beside it.
  return here ? { gateway: undefined, sure: true } : only(ports.filter((each) => each.survey !== own))
}

function nameOf(survey: Survey, { role, product, profile }: Member): string {
  const host = hostName(survey.target.host, survey.sight)
  const alone = survey.members.length === 1
  const which = profile?.startsWith("/")
    ? ` with ${homely(profile, survey.sight.home)}`
    : profile
      ? ` of profile ${shown(profile)}`
      : ""
  return alone ? host : `the ${product} ${role}${which} on ${host}`
}

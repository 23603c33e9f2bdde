import { formatNoticeLine } from "../../core/notice.ts"
import { describeVault } from "../../core/vault.ts"
import { placeChangesIn } from "../stack/place-change.ts"
import { displayText, type Note, nameIn, type Preview, type Step, textIn, typeIn } from "../stack/preview.ts"
import { isAccess, isHandshake, standingOfHandshake } from "./handshake-standing.ts"
import { type Standing, type State, worstState } from "./standing.ts"

/** A gateway, a guard, a node or a container, and its state. */
export interface Member {
  readonly kind: "gateway" | "guard" | "node" | "container"
  readonly name: string
  /** Where it runs; empty if unknown. */
  readonly host: string
  readonly state: State
  /** The reasons for the state. */
  readonly words: readonly string[]
  /** Its route to its gateway, if one is checked. */
  readonly link?: Link
}

export interface Link extends Standing {
  /** The gateway's name. */
  readonly to: string
}

const kinds: { readonly [type: string]: Member["kind"] } = {
  "gatekey:index:Gateway": "gateway",
  "gatekey:index:Guard": "guard",
  "gatekey:index:Node": "node",
  "gatekey:index:Container": "container",
  "gatekey:index:GatewayContainer": "container",
}
const order: readonly Member["kind"][] = ["gateway", "guard", "node", "container"]
const { compare: byName } = new Intl.Collator("en", { numeric: true })

/** Returns the members by kind and name; none if a program declares only places. */
export function membersIn({ steps, unchanged, notes, parents }: Preview): readonly Member[] {
  // A changing step contains more than the unchanged one.
  const latest = new Map([...unchanged, ...steps].map((step) => [step.urn, step]))
  const owned = Map.groupBy(latest.values(), ({ parent }) => memberAbove(parent, parents))
  const own = [...owned].flatMap(([urn, resources]) => (urn === undefined ? [] : [[urn, resources] as const]))
  const gateways = new Map(
    own.flatMap(([urn, resources]) =>
      resources.filter((each) => isHandshake(each) && !isNodeRoute(each)).map((each) => [addressIn(each), nameIn(urn)]),
    ),
  )
  const changing = new Set(steps.map(({ urn }) => urn))
  return own
    .map(([urn, resources]) => memberOf(urn, resources, { changing, notes, gateways, parents }))
    .toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind) || byName(one.name, other.name))
}

/** Returns the member that contains a resource: a unit's or agent's places have a component of their own in between. */
function memberAbove(urn: string, parents: Preview["parents"]): string | undefined {
  const visited = new Set<string>()
  for (let at: string | undefined = urn; at && !visited.has(at); at = parents.get(at)) {
    if (Object.hasOwn(kinds, typeIn(at))) return at
    visited.add(at)
  }
  return undefined
}

interface Context {
  /** The URNs of what changes. */
  readonly changing: ReadonlySet<string>
  readonly notes: readonly Note[]
  /** The gateways' names by address. */
  readonly gateways: ReadonlyMap<string, string>
  readonly parents: Preview["parents"]
}

function memberOf(urn: string, resources: readonly Step[], context: Context): Member {
  const { changing, notes } = context
  const changes = resources.filter((each) => changing.has(each.urn))
  const route = resources.find((each) => isHandshake(each) && isNodeRoute(each))
  const link = route ? routeLink(route, context) : guardLink(urn, context)
  const wrong = resources.flatMap((step) =>
    problemsIn(step, changing.has(step.urn), notes).map(({ state, words }) => ({ step, state, words })),
  )
  // The link's message is not repeated.
  const reported = wrong.filter(({ step, words }) => step !== route || words !== link?.words)
  // A repeated handshake is not a change.
  const others = changes.filter((each) => !isHandshake(each))
  return {
    kind: kinds[typeIn(urn)] ?? "node",
    name: nameIn(urn),
    host: hostIn(resources),
    state: worstState([...wrong.map(({ state }) => state), ...others.map(() => "changes" as const)]),
    words: [...reported.map(({ step, words }) => `${step.name}: ${words}`), ...changeWords(others)],
    ...(link ? { link } : {}),
  }
}

/** Returns a node's way to its gateway: by itself, or by its sidecar and a guard. */
function routeLink(route: Step, { changing, gateways }: Context): Link | undefined {
  const standing = standingOfHandshake(route, changing.has(route.urn))
  if (!isAccess(route)) {
    const to = gateways.get(addressIn(route))
    return to === undefined ? undefined : { to, ...standing }
  }
  const to = textIn({ ...route.olds, ...route.news }, "gateway")
  return { to, ...standing, words: `by its sidecar and the guard: ${standing.words}` }
}

/** Returns a guard's place, in front of the gateway that it belongs to. */
function guardLink(urn: string, { parents }: Context): Link | undefined {
  if (kinds[typeIn(urn)] !== "guard") return undefined
  const gateway = memberAbove(parents.get(urn) ?? "", parents)
  return gateway === undefined ? undefined : { to: nameIn(gateway), state: "ok", words: "in front of it" }
}

/** The codes of a place that could not be read. */
const unreadCodes = ["unreachable", "unreadable"]

/** Returns what is wrong with a step, in the preview's messages if there are any. */
function problemsIn(step: Step, changes: boolean, notes: readonly Note[]): readonly Standing[] {
  const reports = notes.filter(({ urn, severity }) => urn === step.urn && severity !== "info")
  const standings = [
    ...(isHandshake(step) ? [standingOfHandshake(step, changes)] : []),
    ...(changes ? placeChangesIn([step]) : [])
      .filter(({ differs }) => differs)
      .map(
        ({ before }) =>
          ({
            state: unreadCodes.includes(textIn(step.outputs, "found")) ? "broken" : "warning",
            words: before,
          }) as const,
      ),
  ].filter(({ state }) => state === "warning" || state === "broken")
  if (reports.length === 0) return standings
  const state = worstState([...standings.map((each) => each.state), "warning"])
  return reports.map((note) => ({ state: note.severity === "error" ? "broken" : state, words: formatNoticeLine(note) }))
}

function changeWords(changes: readonly Step[]): readonly string[] {
  const acts = Map.groupBy(changes, ({ op }) => (op === "create" ? "created" : op === "delete" ? "removed" : "changed"))
  return [...acts].map(([act, steps]) => `${act} by \`pulumi up\`: ${steps.map(({ name }) => name).join(", ")}`)
}

/** Checks whether the handshake is on a node's route; else it is on the gateway's own host. */
function isNodeRoute({ type, olds, news }: Step): boolean {
  return isAccess({ type }) || { ...olds, ...news }.from !== undefined
}

function addressIn({ olds, news }: Step): string {
  const { host, port } = { ...olds, ...news }
  return `${host} ${port}`
}

/** Returns the member's host; a node's handshake has the gateway's host in `host`, and its own in `from`. */
function hostIn(resources: readonly Step[]): string {
  const hosts = resources.map((each) => {
    const all = { ...each.olds, ...each.news }
    return textIn(all, isHandshake(each) && !isAccess(each) && isNodeRoute(each) ? "from" : "host")
  })
  // The own place of a gateway that reads a vault is the vault's item.
  return displayText(hosts.find((host) => host !== "" && describeVault(host) === undefined) ?? "")
}

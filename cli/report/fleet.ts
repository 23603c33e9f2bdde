import { formatNoticeLine } from "../../core/notice.ts"
import { describeVault } from "../../core/vault.ts"
import { placeChangesIn } from "../stack/place-change.ts"
import { displayed, type Note, nameIn, type Preview, type Step, textIn, typeIn } from "../stack/preview.ts"
import { isHandshake, metBy } from "./met.ts"
import { type Standing, type State, worst } from "./standing.ts"

/** A gateway, a node, or a container, and how it stands. */
export interface Member {
  readonly kind: "gateway" | "node" | "container"
  readonly name: string
  /** Where it runs; empty where nothing tells. */
  readonly host: string
  readonly state: State
  /** Why. */
  readonly words: readonly string[]
  /** Its way to its gateway, where one is looked at. */
  readonly link?: Link
}

export interface Link extends Standing {
  /** The gateway's name. */
  readonly to: string
}

const kinds: { readonly [type: string]: Member["kind"] } = {
  "gatekey:index:Gateway": "gateway",
  "gatekey:index:Node": "node",
  "gatekey:index:Container": "container",
  "gatekey:index:GatewayContainer": "container",
}
const order: readonly Member["kind"][] = ["gateway", "node", "container"]
const { compare: byName } = new Intl.Collator("en", { numeric: true })

/** The members by kind and name; none where a program declares places alone. */
export function membersIn({ steps, looked, notes, parents }: Preview): readonly Member[] {
  // What changes says more than the look before it.
  const latest = new Map([...looked, ...steps].map((step) => [step.urn, step]))
  const owned = Map.groupBy(latest.values(), ({ parent }) => memberAbove(parent, parents))
  const own = [...owned].flatMap(([urn, resources]) => (urn === undefined ? [] : [[urn, resources] as const]))
  const gateways = new Map(
    own.flatMap(([urn, resources]) =>
      resources.filter((each) => isHandshake(each) && !leads(each)).map((each) => [addressIn(each), nameIn(urn)]),
    ),
  )
  const changing = new Set(steps.map(({ urn }) => urn))
  return own
    .map(([urn, resources]) => memberOf(urn, resources, { changing, notes, gateways }))
    .toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind) || byName(one.name, other.name))
}

/** The member that a resource is a part of: a unit's and an agent's places stand in a component of their own. */
function memberAbove(urn: string, parents: Preview["parents"]): string | undefined {
  const seen = new Set<string>()
  for (let at: string | undefined = urn; at && !seen.has(at); at = parents.get(at)) {
    if (Object.hasOwn(kinds, typeIn(at))) return at
    seen.add(at)
  }
  return undefined
}

interface Around {
  /** The URNs of what changes. */
  readonly changing: ReadonlySet<string>
  readonly notes: readonly Note[]
  /** Names by addresses. */
  readonly gateways: ReadonlyMap<string, string>
}

function memberOf(urn: string, resources: readonly Step[], { changing, notes, gateways }: Around): Member {
  const changes = resources.filter((each) => changing.has(each.urn))
  const way = resources.find((each) => isHandshake(each) && leads(each))
  const to = way && gateways.get(addressIn(way))
  const link = way && to !== undefined ? { to, ...metBy(way, changing.has(way.urn)) } : undefined
  const wrong = resources.flatMap((step) =>
    wrongIn(step, changing.has(step.urn), notes).map(({ state, words }) => ({ step, state, words })),
  )
  // What the link says is not said twice.
  const told = wrong.filter(({ step, words }) => step !== way || words !== link?.words)
  // A handshake that is asked again is no change.
  const others = changes.filter((each) => !isHandshake(each))
  return {
    kind: kinds[typeIn(urn)] ?? "node",
    name: nameIn(urn),
    host: hostIn(resources),
    state: worst([...wrong.map(({ state }) => state), ...others.map(() => "changes" as const)]),
    words: [...told.map(({ step, words }) => `${step.name}: ${words}`), ...changeWords(others)],
    ...(link ? { link } : {}),
  }
}

/** The codes of a place that could not be looked at. */
const unseen = ["unreachable", "unreadable"]

/** What is not as it must be: in the words of the preview, where it has any. */
function wrongIn(step: Step, changes: boolean, notes: readonly Note[]): readonly Standing[] {
  const said = notes.filter(({ urn, severity }) => urn === step.urn && severity !== "info")
  const seen = [
    ...(isHandshake(step) ? [metBy(step, changes)] : []),
    ...(changes ? placeChangesIn([step]) : [])
      .filter(({ differs }) => differs)
      .map(
        ({ before }) =>
          ({ state: unseen.includes(textIn(step.outputs, "found")) ? "broken" : "warning", words: before }) as const,
      ),
  ].filter(({ state }) => state === "warning" || state === "broken")
  if (said.length === 0) return seen
  const state = worst([...seen.map((each) => each.state), "warning"])
  return said.map((note) => ({ state: note.severity === "error" ? "broken" : state, words: formatNoticeLine(note) }))
}

function changeWords(changes: readonly Step[]): readonly string[] {
  const acts = Map.groupBy(changes, ({ op }) => (op === "create" ? "created" : op === "delete" ? "removed" : "changed"))
  return [...acts].map(([act, steps]) => `${act} by \`pulumi up\`: ${steps.map(({ name }) => name).join(", ")}`)
}

/** Whether it is asked on a node's way; else on the gateway's own host. */
function leads({ olds, news }: Step): boolean {
  return { ...olds, ...news }.from !== undefined
}

function addressIn({ olds, news }: Step): string {
  const { host, port } = { ...olds, ...news }
  return `${host} ${port}`
}

/** That of its places and checks; a node's handshake names its gateway's, and has its own in `from`. */
function hostIn(resources: readonly Step[]): string {
  const hosts = resources.map((each) => {
    const all = { ...each.olds, ...each.news }
    return textIn(all, isHandshake(each) && leads(each) ? "from" : "host")
  })
  // A gateway that reads a vault has the item for its own place.
  return displayed(hosts.find((host) => host !== "" && describeVault(host) === undefined) ?? "")
}

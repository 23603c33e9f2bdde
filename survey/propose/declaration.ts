import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { matchesSpec, type Owner } from "../../probes/listeners/owner.ts"
import { products } from "../../products/index.ts"
import type { Product, ProductName } from "../../products/product.ts"
import type { Survey } from "../collect/survey.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { secretsOf } from "../resolve/by-secret.ts"
import { credentialsOf } from "../resolve/environment.ts"
import { keyOf } from "../resolve/key-of.ts"
import { hostName, placeName } from "../resolve/names.ts"
import { foreignOwnersOn } from "../resolve/port.ts"
import type { GatewayView, NodeView } from "../resolve/view.ts"
import type { World } from "../resolve/world.ts"
import { adoptedOf, describeOpenQuestion, describeOtherMode } from "./adopted.ts"
import type { Adopted } from "./adopted-token.ts"
import { Suggestion } from "./draft.ts"
import { describeReason, isWeak, pathOf, placesOf } from "./places.ts"

/** The declaration of a fleet as it was found. */
export interface Declaration {
  /** The `config` of Pulumi.<stack>.yaml; the user decides on a `Suggestion`. */
  readonly config: { readonly [key: string]: unknown }
  /** What cannot be declared, and why, a line each. */
  readonly notes: readonly string[]
  /** Whether the token in use must be given by value, because no file that can be named contains it. */
  readonly byValue: boolean
}

type View = GatewayView | NodeView
type Entry = { [key: string]: unknown }

/**
 * Declares what was found, so that a first `up` changes only what differs from the token that the running gateway accepts. It
 * contains no token, only the token's place. A place with an unknown value is a suggestion.
 */
export function declarationOf(world: World): Declaration {
  const notes: string[] = []
  const usual = ({ member }: View) => member.profile === undefined
  const own = world.gateways.filter(usual)
  const known = own.filter((view) => {
    const reason = describeOtherMode(view)
    if (reason) notes.push(`the ${view.member.product} gateway on ${shown(view.name)} is left out: ${reason}`)
    return reason === undefined
  })
  const accepted = known.filter(({ inquiry }) => inquiry.inUse)
  const main = accepted.length > 0 ? accepted : known.slice(0, 1)
  const nodes = world.nodes.filter(usual)
  const adopted = adoptedOf(main, notes)
  const taken = new Set<string>()
  const name = (view: View) => uniqueName(view, taken)
  const placed = new Set<PlaceCopy>()
  const entries = (views: readonly View[]) =>
    Object.fromEntries(
      views.map((view) => {
        const entry = entryOf(view, adopted, placed, notes)
        const why = "inquiry" in view ? describeOpenQuestion(view, adopted) : undefined
        return [name(view), why ? new Suggestion(entry, why) : entry]
      }),
    )
  const declared = { gateways: entries(main), nodes: entries(nodes) }
  for (const view of [...world.gateways, ...world.nodes].filter((view) => !usual(view)))
    notes.push(describeSkippedMember(view))
  for (const view of known.filter((view) => !main.includes(view)))
    notes.push(
      `the ${view.member.product} gateway on ${shown(view.name)} is left out: it does not accept the token in its files`,
    )
  for (const survey of world.surveys) notes.push(...describeUndeclaredCopies(survey, placed))
  return {
    config: {
      "gatekey:token": { rotation: 1, maxAge: "30d", ...(adopted ? { adopt: adopted.adopt } : {}) },
      "gatekey:gateways": declared.gateways,
      ...(nodes.length > 0 ? { "gatekey:nodes": declared.nodes } : {}),
    },
    notes: [...new Set(notes)],
    byValue: adopted?.adopt instanceof Suggestion,
  }
}

/** Describes a member that is not declared, because places are only in the default folder. */
function describeSkippedMember({ name, survey, member: { product, role, located } }: View): string {
  const { home } = survey.snapshot
  return `the ${product} ${role} of ${shown(name)} is left out: it reads ${showPath(located.config, home)}, but gatekey writes ${products[product].config}`
}

function entryOf(view: View, adopted: Adopted | undefined, placed: Set<PlaceCopy>, notes: string[]): Entry {
  const { survey, member } = view
  const { host, home } = survey.target
  const product = products[member.product]
  const table = product.roles[member.role]
  const manager =
    member.definitions.find(({ system }) => !system)?.manager ??
    (survey.snapshot.system === "Darwin" ? "launchd" : "systemd")
  const standard = manager === "launchd" ? table.launchd.label : table.systemd.unit
  const isOwned = member.definitions.some((each) => each.name === standard && !each.system)
  const covered = secretsOf(view).filter((copy) => isCovered(copy, member.product, standard))
  for (const copy of covered) placed.add(copy)
  const { predecessor }: Product = product
  const profiles = secretsOf(view).filter(
    (copy) => isProfile(copy, survey) && [product.name, predecessor].includes(copy.product) && !placed.has(copy),
  )
  for (const copy of profiles) placed.add(copy)
  const delivery = deliveryOf(view)
  const isFollowed = predecessor !== undefined && hasTraceOf(predecessor, survey)
  const places = placesOf(view, { adopted, delivery, placed, notes })
  const tokenless = member.role === "node" && view.next.candidates.length === 0
  const url = "url" in view ? view.url : undefined
  return {
    host,
    ...(home === "~" ? {} : { home }),
    product: member.product,
    manager,
    ...(view.credential === "password" && member.role === "gateway" ? { mode: view.credential } : {}),
    ...(isOwned ? {} : { service: "none" }),
    ...(predecessor === undefined || isFollowed ? {} : { predecessor: false }),
    ...(member.role === "gateway" && member.port !== product.port ? { port: member.port } : {}),
    ...(delivery === "copy" && product.secretRef ? { delivery } : {}),
    ...(tokenless ? { credential: "device" } : {}),
    ...(url ? { url } : {}),
    ...("certificate" in view && view.certificate ? { tlsFingerprint: view.certificate } : {}),
    ...listEntry("profiles", [...new Set(profiles.map((copy) => pathOf(copy, survey)))]),
    ...listEntry("dropIns", dropInsOf(survey, standard)),
    ...listEntry("places", places),
    ...(member.role === "gateway" ? listEntry("evict", evictedOf(view)) : {}),
    ...overwriteOf([...covered, ...profiles], adopted, survey),
  }
}

/**
 * Returns how the config contains the token today. A running openclaw without a mode in its config accepts a literal at once,
 * but a reference only by a restart.
 */
function deliveryOf(view: View): "copy" | "reference" {
  const { member, survey, credential } = view
  const { product, role, process, settings } = member
  const table = products[product].roles[role]
  if (!("secretRef" in products[product])) return "copy"
  const key = table.key.replace(/token$/, credential)
  const config = credentialsOf(survey, credential).find(
    (copy) =>
      copy.kind.startsWith("config") &&
      keyOf(copy).key === key &&
      copy.product === product &&
      copy.profile === undefined,
  )
  if (config) return config.held.kind === "value" ? "copy" : "reference"
  return role === "gateway" && process && settings?.auth === undefined ? "copy" : "reference"
}

/** Returns `overwrite` for other values in a member's own places: only weak ones are overwritten without a decision. */
function overwriteOf(copies: readonly PlaceCopy[], adopted: Adopted | undefined, survey: Survey): Entry {
  const foreign = copies.filter(({ held }) => held.kind === "value" && !(adopted && held.value.equals(adopted.value)))
  const unknown = foreign.filter((copy) => !adopted?.proved || !isWeak(copy))
  const references = copies.filter(isOwnReference)
  if (foreign.length === 0 && references.length === 0) return {}
  if (unknown.length === 0 && references.length === 0) return { overwrite: true }
  const names = (all: readonly PlaceCopy[]) =>
    [...new Set(all.map((copy) => placeName(copy, survey.snapshot.home)))].join(", ")
  const why = [
    ...(unknown.length > 0
      ? [`${names(unknown)}: ${describeReason(unknown, adopted)}; if uncommented, it is removed`]
      : []),
    ...(references.length > 0
      ? [
          `${names(references)}: a reference of your own; if uncommented, gatekey's reference replaces it, and the file that it refers to keeps its token`,
        ]
      : []),
  ]
  return { overwrite: new Suggestion(true, why.join(". ")) }
}

/** Checks for a reference in a config that is not gatekey's. */
function isOwnReference({ kind, held, product }: PlaceCopy): boolean {
  if (!kind.startsWith("config") || kind === "config remote token") return false
  const { secretRef }: Product = products[product ?? "openclaw"]
  return (
    held.kind === "variable" || (held.kind === "file" && !(secretRef && held.path.endsWith(secretRef.file.slice(1))))
  )
}

/** Checks whether a home has anything of a product: a file, a process, a definition, a container's value. */
function hasTraceOf(product: ProductName, { snapshot, copies, definitions, containers }: Survey): boolean {
  return (
    snapshot.files.some((file) => file.product === product || file.path.toLowerCase().includes(product)) ||
    snapshot.processes.some((process) => process.product === product) ||
    snapshot.session.some(({ variable }) => variable === products[product].variable) ||
    copies.some((copy) => copy.product === product || copy.locator.includes(products[product].variable)) ||
    definitions.some(({ running }) => running?.product === product) ||
    containers.containers.some((container) => JSON.stringify(container).toLowerCase().includes(product))
  )
}

/** Checks whether a member of that product declares the place by itself. */
function isCovered(copy: PlaceCopy, product: ProductName, standard: string): boolean {
  const { kind, profile, definition } = copy
  const { predecessor, secondDotenv }: Product = products[product]
  const own = copy.product === product || copy.product === predecessor
  // A variable that the config names, and a file that it includes, are places of their own.
  if (!own || profile !== undefined || copy.isNamed || copy.included) return false
  // A drop-in's own command is not a place of a member.
  if (kind === "unit arguments" && /\.d\/[^/]+$/.test(copy.path)) return false
  if (/^(launch agent|unit) (environment|arguments|drop-in)$/.test(kind))
    return definition?.name === standard && !definition.system
  // A member does not declare a second dotenv file by itself.
  if (kind === "dotenv" && secondDotenv && copy.path.endsWith(secondDotenv.slice(1))) return false
  return kind.startsWith("config") || kind === "dotenv" || (/env file$/.test(kind) && copy.role !== undefined)
}

function isProfile({ kind, format, path }: PlaceCopy, survey: Survey): boolean {
  return kind === "profile" && format === "shell" && path.startsWith(`${survey.snapshot.home}/`)
}

/** Lists the drop-ins that can be declared: those of the home. */
function dropInsOf({ copies, snapshot }: Survey, unit: string): string[] {
  const folder = `${snapshot.home}/.config/systemd/user/${unit}.d/`
  return copies.flatMap(({ kind, path }) =>
    kind === "unit drop-in" && path.startsWith(folder) ? [path.slice(folder.length)] : [],
  )
}

/** Lists the owners of the gateway's port that are not the gateway. */
function evictedOf({ survey, member }: View): string[] {
  return foreignOwnersOn(survey, member).flatMap((owner) => specOf(owner).filter((spec) => matchesSpec(owner, spec)))
}

function specOf(owner: Owner): string[] {
  if (owner.kind === "container") return [`docker:${owner.container.name}`]
  if (owner.kind === "unseen") return []
  const { service, script, program } = owner.process
  if (service) return service.system ? [] : [`${service.manager}:${service.name}`]
  return [`process:${script ?? program}`]
}

/** Describes the copies that are not declared. */
function describeUndeclaredCopies(survey: Survey, placed: ReadonlySet<PlaceCopy>): string[] {
  const at = hostName(survey.target.host, survey.snapshot)
  return survey.copies
    .filter((copy) => copy.held.kind === "value" && !placed.has(copy) && copy.kind !== "secret file")
    .map(
      ({ path, locator, kind }) =>
        `${showPath(path, survey.snapshot.home)} ${shown(locator)} on ${at} (${kind}) is not declared: change it by hand`,
    )
}

function listEntry(key: string, items: readonly unknown[]): Entry {
  return items.length > 0 ? { [key]: items } : {}
}

/** Returns a unique name for a member: `studio`, `studio node`. */
function uniqueName({ survey, member }: View, taken: Set<string>): string {
  const host =
    hostName(survey.target.host, survey.snapshot)
      .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+|-+$/g, "") || "host"
  const names = [
    host,
    `${host} ${member.role}`,
    ...Array.from({ length: 99 }, (_, at) => `${host} ${member.role} ${at + 2}`),
  ]
  const name = names.find((each) => !taken.has(each)) ?? host
  taken.add(name)
  return name
}

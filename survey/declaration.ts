import { shown } from "../core/escape.ts"
import { formatOf } from "../core/place.ts"
import type { Secret } from "../core/secret.ts"
import { weakness } from "../core/strength.ts"
import { matches, type Owner } from "../listeners/owner.ts"
import { products } from "../products/index.ts"
import type { Product, ProductName } from "../products/product.ts"
import type { Copy } from "./copies.ts"
import { homely, homePath, hostName } from "./names.ts"
import { strangersOn } from "./port.ts"
import type { Survey } from "./survey.ts"
import type { GatewayView, NodeView, World } from "./world.ts"

/** What declares a fleet as it was found. */
export interface Declaration {
  /** What stands under `config` in Pulumi.<stack>.yaml. */
  readonly config: { readonly [key: string]: unknown }
  /** What cannot be declared, and why, a line each. */
  readonly notes: readonly string[]
}

type View = GatewayView | NodeView
type Entry = { [key: string]: unknown }

/**
 * Declares what was found, so that a first `up` changes only what differs from the token that the running gateway takes.
 * No token stands in it: that one is named by its place.
 */
export function declarationOf(world: World): Declaration {
  const notes: string[] = []
  const usual = ({ member }: View) => member.profile === undefined
  const own = world.gateways.filter(usual)
  const gateways = own.filter(({ verdict }) => verdict.kind === "accepted")
  const main = gateways.length > 0 ? gateways : own.slice(0, 1)
  const nodes = world.nodes.filter(usual)
  const adopted = adoptedOf(main, notes)
  const taken = new Set<string>()
  const name = (view: View) => uniqueName(view, taken)
  const placed = new Set<Copy>()
  const entries = (views: readonly View[]) =>
    Object.fromEntries(views.map((view) => [name(view), entryOf(view, adopted?.value, placed, notes)]))
  const declared = { gateways: entries(main), nodes: entries(nodes) }
  for (const view of [...world.gateways, ...world.nodes].filter((view) => !usual(view))) notes.push(unreached(view))
  for (const view of own.filter((view) => !main.includes(view)))
    notes.push(
      `the ${view.member.product} gateway on ${shown(view.name)} is left out: it does not take the token of its files`,
    )
  for (const survey of world.surveys) notes.push(...leftOut(survey, placed))
  return {
    config: {
      "gatekey:token": { rotation: 1, maxAge: "30d", ...(adopted ? { adopt: { from: adopted.from } } : {}) },
      "gatekey:gateways": declared.gateways,
      ...(nodes.length > 0 ? { "gatekey:nodes": declared.nodes } : {}),
    },
    notes: [...new Set(notes)],
  }
}

/** Places are declared in the usual folder alone. */
function unreached({ name, survey, member: { product, role, located } }: View): string {
  const { home } = survey.sight
  return `the ${product} ${role} of ${shown(name)} is left out: it reads ${homely(located.config, home)}, and gatekey writes ${products[product].config}`
}

/** The token that a running gateway takes, by the place of a copy of it. */
function adoptedOf(gateways: readonly GatewayView[], notes: string[]): { from: string; value: Secret } | undefined {
  const [gateway] = gateways
  const value = gateway?.live.wins?.value
  if (!gateway || !value) {
    notes.push("no token in use was found: the first `pulumi up` makes one")
    return undefined
  }
  const weak = weakness(value.reveal())
  if (weak) notes.push(`the token in use ${weak}: the first \`pulumi up\` takes it as generation 0, and rotates it`)
  const holds = (copy: Copy) => copy.held.kind === "value" && copy.held.value.equals(value) && isTold(copy)
  const { survey } = gateway
  const [copy] = [gateway.live.wins?.copy, ...survey.copies].filter((each) => each !== undefined && holds(each))
  if (!copy) {
    notes.push(
      "the token in use stands in no file that can be named; give it by: pulumi config set --secret --path 'gatekey:token.adopt.value'",
    )
    return { from: "", value }
  }
  return { from: `${survey.target.host}|${pathOf(copy, survey)}|${copy.locator}`, value }
}

/** Whether a place's format is told by its name. */
function isTold({ path, locator, format }: Copy): boolean {
  return format !== undefined && formatOf({ path, locator }) === format
}

function entryOf(view: View, adopted: Secret | undefined, placed: Set<Copy>, notes: string[]): Entry {
  const { survey, member } = view
  const { host, home } = survey.target
  const product = products[member.product]
  const table = product.roles[member.role]
  const manager =
    member.definitions.find(({ system }) => !system)?.manager ??
    (survey.sight.system === "Darwin" ? "launchd" : "systemd")
  const standard = manager === "launchd" ? table.launchd.label : table.systemd.unit
  const isOwned = member.definitions.some((each) => each.name === standard && !each.system)
  const config = survey.copies.find(
    ({ kind, locator, product: of, profile }) =>
      kind.startsWith("config ") && locator === table.key && of === member.product && profile === undefined,
  )
  const covered = survey.copies.filter((copy) => isCovered(copy, member.product, standard))
  for (const copy of covered) placed.add(copy)
  const { predecessor }: Product = product
  const profiles = survey.copies.filter(
    (copy) => isProfile(copy, survey) && [product.name, predecessor].includes(copy.product) && !placed.has(copy),
  )
  for (const copy of profiles) placed.add(copy)
  const places = placesOf(view, adopted, placed, notes)
  const foreign = [...covered, ...profiles].some(
    ({ held }) => held.kind === "value" && !(adopted && held.value.equals(adopted)),
  )
  const copies = product.secretRef !== undefined && config?.held.kind === "value"
  const tokenless = member.role === "node" && view.next.candidates.length === 0
  const url = "url" in view && view.url !== undefined && view.url !== member.settings?.url ? view.url : undefined
  return {
    host,
    ...(home === "~" ? {} : { home }),
    product: member.product,
    manager,
    ...(isOwned ? {} : { service: "none" }),
    ...(member.role === "gateway" && member.port !== product.port ? { port: member.port } : {}),
    ...(copies ? { delivery: "copy" } : {}),
    ...(tokenless ? { credential: "device" } : {}),
    ...(url ? { url } : {}),
    ...("certificate" in view && view.certificate ? { tlsFingerprint: view.certificate } : {}),
    ...listed("profiles", [...new Set(profiles.map((copy) => pathOf(copy, survey)))]),
    ...listed("dropIns", dropInsOf(survey, standard)),
    ...listed("places", places),
    ...(member.role === "gateway" ? listed("evict", evictedOf(view)) : {}),
    ...(foreign ? { overwrite: true } : {}),
  }
}

/** Places that a member of that product has by itself. */
function isCovered(copy: Copy, product: ProductName, standard: string): boolean {
  const { kind, profile, definition } = copy
  const { predecessor }: Product = products[product]
  const own = copy.product === product || copy.product === predecessor
  if (!own || profile !== undefined) return false
  if (/^(launch agent|unit) (environment|arguments|drop-in)$/.test(kind))
    return definition?.name === standard && !definition.system
  return kind.startsWith("config ") || kind === "dotenv" || (/env file$/.test(kind) && copy.role !== undefined)
}

function isProfile({ kind, format, path }: Copy, survey: Survey): boolean {
  return kind === "profile" && format === "shell" && path.startsWith(`${survey.sight.home}/`)
}

function dropInsOf({ copies }: Survey, unit: string): string[] {
  return copies.flatMap(({ kind, path }) => {
    const [, of, name] = /([^/]+)\.d\/([^/]+)$/.exec(path) ?? []
    return kind === "unit drop-in" && of === unit && name ? [name] : []
  })
}

/** What else holds a token in that home: copies that nobody rotates, and backups of what was. */
function placesOf({ survey }: View, adopted: Secret | undefined, placed: Set<Copy>, notes: string[]): Entry[] {
  return survey.copies.flatMap((copy): Entry[] => {
    const { held, kind, locator, format, file } = copy
    if (placed.has(copy) || held.kind !== "value" || !isPlace(copy, survey)) return []
    placed.add(copy)
    // The product's own command line finds its token by itself.
    const needless = kind === "backup" || locator === "--token" || copy.definition?.running !== undefined
    const must = needless ? "nothing" : "token"
    const path = pathOf(copy, survey)
    const isSame = adopted !== undefined && held.value.equals(adopted)
    if (file && (file.mode & 0o077) !== 0 && must === "token")
      notes.push(`${shown(path)} is closed to others by the first \`pulumi up\``)
    return [
      {
        name: `${kind} ${path.slice(path.lastIndexOf("/") + 1)}`.replaceAll(/[^A-Za-z0-9 ._-]+/g, "-"),
        path,
        locator,
        ...(isTold(copy) ? {} : { format }),
        must,
        ...(isSame ? {} : { overwrite: true }),
      },
    ]
  })
}

/** Of the user's own, in a format that can be edited. */
function isPlace({ path, format, kind, profile }: Copy, { sight }: Survey): boolean {
  return format !== undefined && path.startsWith(`${sight.home}/`) && kind !== "secret file" && profile === undefined
}

/** Who has the gateway's port, and is not it. */
function evictedOf({ survey, member }: View): string[] {
  return strangersOn(survey, member).flatMap((owner) => specOf(owner).filter((spec) => matches(owner, spec)))
}

function specOf(owner: Owner): string[] {
  if (owner.kind === "container") return [`docker:${owner.container.name}`]
  if (owner.kind === "unseen") return []
  const { service, script, program } = owner.process
  if (service) return service.system ? [] : [`${service.manager}:${service.name}`]
  return [`process:${script ?? program}`]
}

/** What stays as it is. */
function leftOut(survey: Survey, placed: ReadonlySet<Copy>): string[] {
  const at = hostName(survey.target.host, survey.sight)
  return survey.copies
    .filter((copy) => copy.held.kind === "value" && !placed.has(copy) && copy.kind !== "secret file")
    .map(
      ({ path, locator, kind }) =>
        `${homely(path, survey.sight.home)} ${locator} on ${at} (${kind}) is not declared: change it by hand`,
    )
}

function pathOf({ path }: Copy, { target, sight }: Survey): string {
  return target.home === "~" ? homePath(path, sight.home) : path
}

function listed(key: string, items: readonly unknown[]): Entry {
  return items.length > 0 ? { [key]: items } : {}
}

/** One name for one member: `studio`, `studio node`. */
function uniqueName({ survey, member }: View, taken: Set<string>): string {
  const host =
    hostName(survey.target.host, survey.sight)
      .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "") || "host"
  const names = [
    host,
    `${host} ${member.role}`,
    ...Array.from({ length: 99 }, (_, at) => `${host} ${member.role} ${at + 2}`),
  ]
  const name = names.find((each) => !taken.has(each)) ?? host
  taken.add(name)
  return name
}

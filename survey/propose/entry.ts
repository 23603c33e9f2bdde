import { products } from "../../products/index.ts"
import type { Product, ProductName } from "../../products/product.ts"
import type { Survey } from "../collect/survey.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { secretsOf } from "../resolve/by-secret.ts"
import { credentialsOf } from "../resolve/environment.ts"
import { keyOf } from "../resolve/key-of.ts"
import type { GatewayView, NodeView } from "../resolve/view.ts"
import type { Adopted } from "./adopted-token.ts"
import { evictedOf } from "./evicted.ts"
import { overwriteOf } from "./overwrite.ts"
import { pathOf, placesOf } from "./places.ts"

export type View = GatewayView | NodeView
type Entry = { [key: string]: unknown }

/** What starts a member: its definition's manager; nothing but a person, if it runs without one. */
function managerOf({ member, survey }: View): Entry["manager"] {
  const own = member.definitions.find(({ system }) => !system)?.manager
  if (own) return own
  if (member.process && !member.process.service && member.definitions.length === 0) return "process"
  return survey.snapshot.system === "Darwin" ? "launchd" : "systemd"
}

/** Declares a member, and notes what cannot be declared. @param placed gets the copies that the entry declares */
export function entryOf(view: View, adopted: Adopted | undefined, placed: Set<PlaceCopy>, notes: string[]): Entry {
  const { survey, member } = view
  const { host, home } = survey.target
  const product = products[member.product]
  const table = product.roles[member.role]
  const manager = managerOf(view)
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

function listEntry(key: string, items: readonly unknown[]): Entry {
  return items.length > 0 ? { [key]: items } : {}
}

import type { FormatName } from "../core/content.ts"
import { omitUndefined } from "../core/given.ts"
import { expandHome } from "../core/home.ts"
import { products } from "../products/index.ts"
import { findReason, type PlaceKind, type Product, type Role } from "../products/product.ts"
import { DeclarationError } from "./declaration-error.ts"
import { launchAgentPlaces } from "./launch-agent.ts"
import type { ExtraPlace } from "./member.ts"
import type { MemberOptions } from "./member-options.ts"
import { memberServices } from "./member-services.ts"
import { passwordPlaces, withPasswords } from "./password-places.ts"
import { type Place, resolveHome } from "./place.ts"
import type { MemberPlaces } from "./places-of-member.ts"
import { readerContent, readerVariables } from "./reader.ts"
import { systemdUnitPlaces } from "./systemd-unit.ts"
import { itemOf } from "./vault-args.ts"

export function memberPlaces(name: string, role: Role, args: MemberOptions): MemberPlaces {
  const product = products[args.product ?? "openclaw"]
  const own = placesOfMode(name, role, product, args)
  const extra = (args.places ?? []).map((place) => extraPlace(name, place, args))
  const before = args.predecessor === false ? undefined : product.predecessor
  const leftover = `left over from ${before}, which ${product.name} replaces`
  const old =
    before && productPlaces(name, role, products[before], { ...args, mode: "token", tokenless: true }, leftover)
  const copies = extra.filter((place) => place.must === "token")
  const references = extra.filter((place) => place.must === "reference")
  return {
    holding: [...own.holding, ...(role === "gateway" ? copies : []), ...references],
    later: role === "gateway" ? [] : copies,
    cleared: [...own.cleared, ...extra.filter((place) => place.must === "nothing")],
    leftover: old?.cleared ?? [],
    agents: [...own.agents, ...(old?.agents ?? [])],
    units: [...own.units, ...(old?.units ?? [])],
    processes: own.processes,
  }
}

export function allPlaces(places: MemberPlaces): Place[] {
  const agents = places.agents.flatMap(({ name, args }) => launchAgentPlaces(name, args))
  const units = places.units.flatMap(({ name, args }) => systemdUnitPlaces(name, args))
  return [...places.holding, ...places.later, ...places.cleared, ...places.leftover, ...agents, ...units]
}

function placesOfMode(name: string, role: Role, product: Product, args: MemberOptions): MemberPlaces {
  const own = productPlaces(name, role, product, args)
  // The config's own keys are part of its trust in the guard.
  if (args.mode === "trusted-proxy") return { ...own, holding: [], cleared: withPasswords(own.cleared) }
  return args.mode === "password" ? { ...own, ...passwordPlaces(own, product.roles[role].key, name) } : own
}

/** Returns the places of one product; with a `why`, all are left over and must be empty for that reason. */
function productPlaces(name: string, role: Role, product: Product, args: MemberOptions, why?: string): MemberPlaces {
  const table = product.roles[role]
  const { variable, config, dotenv } = product
  const prefix = `${name} ${product.prefix}`
  const cleared = (kind: PlaceKind, path: string, locator: string, format: FormatName, because = why): Place => {
    const at = { host: args.host, path: resolveHome(path, args.home), locator, format }
    return {
      name: prefix + kind,
      ...at,
      must: "nothing",
      why: because ?? findReason(table, kind),
      ...overwriteOption(args),
    }
  }
  const profiles = (args.profiles ?? []).map((path) => {
    const place = cleared("profile", path, variable, "shell")
    return { ...place, name: `${place.name} ${path.split("/").at(-1)}` }
  })
  const noToken = why ?? `${name} lives by its device token`
  const files = [
    ...(args.tokenless ? [cleared("config", config, table.key, "json5", noToken)] : []),
    ...(args.delivery === "exec" && product.secretRef
      ? [cleared("secret file", product.secretRef.file, "*", "file", why ?? `${product.name} reads the vault`)]
      : []),
    cleared(table.other.kind, config, table.other.key, "json5"),
    cleared("config environment", config, `env.vars.${variable}`, "json5"),
    cleared("dotenv", dotenv, variable, "dotenv"),
  ]
  return {
    holding: args.tokenless || args.sharesConfig ? [] : holdingPlaces(prefix, role, product, args),
    cleared: [...(args.sharesConfig ? [] : files), ...profiles],
    later: [],
    leftover: [],
    ...memberServices(prefix, role, product, args, why),
  }
}

function holdingPlaces(prefix: string, role: Role, product: Product, args: MemberOptions): Place[] {
  const table = product.roles[role]
  const who = prefix.slice(0, prefix.length - product.prefix.length - 1)
  const common = (kind: PlaceKind, path: string) => {
    const at = { host: args.host, path: resolveHome(path, args.home) }
    return {
      name: prefix + kind,
      ...at,
      why: findReason(table, kind),
      serves: describeNeed(who, role),
      ...overwriteOption(args),
    }
  }
  const config = { ...common("config", product.config), locator: table.key, format: "json5" } as const
  const ref = args.delivery === "copy" ? undefined : product.secretRef
  if (ref && args.delivery === "exec") return vaultPlaces(prefix, role, ref, args, common, config)
  if (!ref) return [{ ...config, must: "token" }]
  const { locator, content } = ref.provider
  const provider = { ...content, path: resolveHome(ref.file, args.home) }
  const inConfig = common("config secret provider", product.config)
  return [
    { ...common("secret file", ref.file), locator: "*", format: "file", must: "token" },
    { ...inConfig, locator, format: "json5", must: "reference", reference: provider },
    { ...config, must: "reference", reference: ref.reference, since: ref.since },
  ]
}

/** Returns the places for a vault: a gateway's own place is the item, and those on its host refer to it. */
function vaultPlaces(
  prefix: string,
  role: Role,
  ref: NonNullable<Product["secretRef"]>,
  { vault, reader }: MemberOptions,
  common: (kind: PlaceKind, path: string) => Omit<Place, "must" | "locator">,
  config: Omit<Place, "must">,
): Place[] {
  if (!vault)
    throw new DeclarationError(
      `${prefix.trim()}: delivery: exec needs a vault, but none is declared; add gatekey:vault`,
    )
  const { locator, content } = ref.exec.provider
  const file = common("token reader", ref.exec.reader)
  const command = expandHome(file.path, ref.exec.home)
  const provider = { ...content, command, passEnv: readerVariables(vault, reader) }
  const inConfig = common("config secret provider", config.path)
  const item = { ...common("vault item", ""), ...itemOf(vault) }
  return [
    ...(role === "gateway" ? [item] : []),
    { ...file, locator: "*", format: "reader", must: "reference", reference: readerContent(vault, reader) },
    { ...inConfig, locator, format: "json5", must: "reference", reference: provider },
    { ...config, must: "reference", reference: ref.exec.reference, since: ref.since },
  ]
}

function extraPlace(name: string, place: ExtraPlace, args: MemberOptions): Place {
  const { reference, ...rest } = place
  return {
    ...rest,
    ...omitUndefined({ reference }),
    name: `${name} ${place.name}`,
    host: args.host,
    path: resolveHome(place.path, args.home),
    must: place.must ?? (reference === undefined ? "token" : "reference"),
    ...overwriteOption({ ...args, ...place }),
  }
}

function overwriteOption({ overwrite }: { readonly overwrite?: boolean }): { readonly overwrite?: boolean } {
  return omitUndefined({ overwrite })
}

function describeNeed(name: string, role: Role): string {
  return role === "node"
    ? `${name} cannot reach the gateway without it`
    : `${name} accepts no client with the token after its next restart`
}

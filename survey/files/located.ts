import { omitUndefined } from "../../core/given.ts"
import { expandHome } from "../../core/home.ts"
import { products } from "../../products/index.ts"
import type { Product, ProductName } from "../../products/product.ts"
import type { File } from "./home-snapshot.ts"

/** Where a gateway or node has its files: in its product's folder of the home, in a profile's, or where its environment sets it. */
export interface Located {
  /** Identifies it in the home: the profile, or the path of its config; undefined for the default one. */
  readonly profile?: string
  /** Absolute, like all paths here. */
  readonly config: string
  readonly dotenv: string
  /** The folder in which its process was started, if known. */
  readonly folder?: string
}

/** A home's path, as named and without links, and its files, as far as they are known. */
interface Home {
  readonly home: string
  readonly real: string
  readonly files?: readonly { readonly path: string }[]
}

/** The suffixes of the variables that set where a product has its files. */
export const placing = ["PROFILE", "HOME", "STATE_DIR", "CONFIG_PATH"] as const

/**
 * Finds the files as the products do (openclaw 2026.9: `resolveStateDir`, `resolveConfigDir`, `resolveConfigPath`); a config
 * with the predecessor's name is read while there is no other.
 * @param flag of `--profile`
 * @param variable returns `OPENCLAW_…` of its environment, by the suffix
 */
export function locatedIn(
  { home, real, files = [] }: Home,
  product: ProductName,
  flag: string | undefined,
  variable: (name: (typeof placing)[number]) => string | undefined,
): Located {
  const at = (name: (typeof placing)[number], base: string) => {
    const path = variable(name)?.trim()
    const full =
      path &&
      expandHome(path, base)
        .replace(/\/+$/, "")
        .replaceAll(/\/{2,}/g, "/")
    // A relative path depends on where the process was started.
    if (!full?.startsWith("/")) return undefined
    return full.startsWith(`${real}/`) ? home + full.slice(real.length) : full
  }
  const base = at("HOME", home) ?? home
  const name = flag ?? variable("PROFILE")
  const usual = `${base}/.${product}${name ? `-${name}` : ""}`
  const state = at("STATE_DIR", base)
  const stated = at("CONFIG_PATH", base)
  const config = stated ?? `${state ?? usual}/${fileOf(product)}`
  const legacy = stated ? undefined : legacyOf(product, config)
  const has = (path: string) => files.some((file) => file.path === path)
  const folder = state ?? (stated && folderOf(stated)) ?? usual
  const named = config.endsWith(`/${fileOf(product)}`) ? profileOf(home, product, folderOf(config)) : undefined
  const profile = named === "" ? undefined : (named ?? config)
  const used = legacy !== undefined && !has(config) && has(legacy) ? legacy : config
  return { ...omitUndefined({ profile }), config: used, dotenv: `${folder}/.env` }
}

/** Returns the config that the product reads while this one does not exist; undefined if there is none. */
export function legacyOf(product: ProductName, config: string): string | undefined {
  const { legacyConfig }: Product = products[product]
  const isUsual = config.endsWith(`/${fileOf(product)}`)
  return legacyConfig !== undefined && isUsual ? `${folderOf(config)}/${legacyConfig}` : undefined
}

/** Lists the dotenv files that it reads; the first counts. */
export function dotenvsOf(product: ProductName, { dotenv, folder }: Omit<Located, "config">, home: string): string[] {
  const { dotenv: usual, secondDotenv }: Product = products[product]
  const at = (path: string) => expandHome(path, home)
  // openclaw reads none of its own variables from its working directory.
  const first = folder !== undefined && product === "clawdbot" ? [`${folder}/.env`] : []
  return [...first, dotenv, ...(secondDotenv && dotenv === at(usual) ? [at(secondDotenv)] : [])]
}

function fileOf(product: ProductName): string {
  return products[product].config.replace(/^.*\//, "")
}

/** Returns the profile of a folder in the home, empty for the default one; undefined for a folder elsewhere. */
function profileOf(home: string, product: ProductName, folder: string): string | undefined {
  const usual = `${home}/.${product}`
  if (folder === usual) return ""
  const name = folder.startsWith(`${usual}-`) ? folder.slice(usual.length + 1) : ""
  return name === "" || name.includes("/") ? undefined : name
}

function folderOf(path: string): string {
  return path.replace(/\/[^/]*$/, "")
}

/** Lists files that no pattern names, with their kinds. */
export function filesElsewhere(
  { home }: Home,
  all: readonly (Located & { readonly product: ProductName })[],
): ReadonlyMap<string, Pick<File, "kind" | "product" | "profile">> {
  const found = new Map<string, Pick<File, "kind" | "product" | "profile">>()
  for (const { product, config, dotenv, folder, profile } of all) {
    const of = { product, ...omitUndefined({ profile }) }
    if (profile?.startsWith("/")) {
      found.set(config, { ...of, kind: "config" })
      for (const end of backups) found.set(config + end, { ...of, kind: "backup" })
    }
    if (profileOf(home, product, folderOf(dotenv)) === undefined) found.set(dotenv, { ...of, kind: "dotenv" })
    if (folder !== undefined) found.set(`${folder}/.env`, { kind: "home dotenv" })
  }
  return found
}

const backups = [".bak", ".bak.1", ".bak.2", ".last-good", ".old", ".orig", ".save", "~"]

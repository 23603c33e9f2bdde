import { omitUndefined } from "../../core/given.ts"
import { atHome } from "../../core/home.ts"
import { products } from "../../products/index.ts"
import type { Product, ProductName } from "../../products/product.ts"
import type { File } from "./home-snapshot.ts"

/** Where a gateway or a node has its own files: in the home's folder of its product, in a profile's, or where its environment says. */
export interface Located {
  /** Tells it from others of its kind in the home: the profile, or else the path of its config; nothing for the usual one. */
  readonly profile?: string
  /** Absolute, as are all. */
  readonly config: string
  readonly dotenv: string
  /** Where its process was started, if that is known. */
  readonly folder?: string
}

/** A home, by its name and without links. */
interface Home {
  readonly home: string
  readonly real: string
}

/** The ends of the variables that say where a product has its files. */
export const placing = ["PROFILE", "HOME", "STATE_DIR", "CONFIG_PATH"] as const

/**
 * As the products find them (openclaw 2026.9: `resolveStateDir`, `resolveConfigDir`, `resolveConfigPath`).
 * @param flag of `--profile`
 * @param variable tells `OPENCLAW_…` of its environment, by the end of the name
 */
export function locatedIn(
  { home, real }: Home,
  product: ProductName,
  flag: string | undefined,
  variable: (name: (typeof placing)[number]) => string | undefined,
): Located {
  const at = (name: (typeof placing)[number], base: string) => {
    const path = variable(name)?.trim()
    const full =
      path &&
      atHome(path, base)
        .replace(/\/+$/, "")
        .replaceAll(/\/{2,}/g, "/")
    // Any other is found from wherever the process was started.
    if (!full?.startsWith("/")) return undefined
    return full.startsWith(`${real}/`) ? home + full.slice(real.length) : full
  }
  const base = at("HOME", home) ?? home
  const name = flag ?? variable("PROFILE")
  const usual = `${base}/.${product}${name ? `-${name}` : ""}`
  const state = at("STATE_DIR", base)
  const stated = at("CONFIG_PATH", base)
  const config = stated ?? `${state ?? usual}/${fileOf(product)}`
  const folder = state ?? (stated && folderOf(stated)) ?? usual
  const named = config.endsWith(`/${fileOf(product)}`) ? profileOf(home, product, folderOf(config)) : undefined
  const profile = named === "" ? undefined : (named ?? config)
  return { ...omitUndefined({ profile }), config, dotenv: `${folder}/.env` }
}

/** The dotenv files that it reads its own variables from, the one that counts first. */
export function dotenvsOf(product: ProductName, { dotenv, folder }: Omit<Located, "config">, home: string): string[] {
  const { dotenv: usual, secondDotenv }: Product = products[product]
  const at = (path: string) => atHome(path, home)
  // openclaw takes none of its own from where it was started.
  const first = folder !== undefined && product === "clawdbot" ? [`${folder}/.env`] : []
  return [...first, dotenv, ...(secondDotenv && dotenv === at(usual) ? [at(secondDotenv)] : [])]
}

function fileOf(product: ProductName): string {
  return products[product].config.replace(/^.*\//, "")
}

/** The profile whose folder in the home it is, with an empty name for the usual one; nothing for one that is elsewhere. */
function profileOf(home: string, product: ProductName, folder: string): string | undefined {
  const usual = `${home}/.${product}`
  if (folder === usual) return ""
  const name = folder.startsWith(`${usual}-`) ? folder.slice(usual.length + 1) : ""
  return name === "" || name.includes("/") ? undefined : name
}

function folderOf(path: string): string {
  return path.replace(/\/[^/]*$/, "")
}

/** Files that no pattern names, with what they are. */
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

import type { Json } from "../../core/content.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { omitUndefined } from "../../core/given.ts"
import { isMapping } from "../../core/mapping.ts"
import { routeOf } from "../../core/route.ts"
import { BOM } from "../../places/common/text.ts"
import { parseDocument, toJson } from "../../places/json5/document.ts"
import type { ProductName } from "../../products/product.ts"

/** What a product's config says besides its tokens. */
export interface ProductSettings {
  readonly product: ProductName
  readonly path: string
  readonly profile?: string
  readonly mode?: string
  readonly port?: number
  readonly bind?: string
  /** `gateway.auth.mode`, where it is stated. */
  readonly auth?: string
  /** Whether there is a `gateway.auth.password`. */
  readonly password: boolean
  readonly tls: boolean
  /** Whether what a login shell exports is loaded into the environment. */
  readonly shellEnv: boolean
  /** Of a node: where it goes. */
  readonly url?: string
  readonly tlsFingerprint?: string
  /** Why the product refuses the config, as it may be shown. */
  readonly rejection?: string
  /** Whether a key stands there, by its path. */
  has(...path: string[]): boolean
  /** Whether an empty value stands there. */
  isBlank(...path: string[]): boolean
}

type SettingsOwner = Pick<ProductSettings, "product" | "path" | "profile">

/** Nothing for a file that cannot be read: its copies say so. */
export function settingsIn(bytes: Uint8Array, of: SettingsOwner): ProductSettings | undefined {
  const config = parsedConfig(bytes)
  return config === undefined ? undefined : settingsOf(config, of)
}

export function settingsOf(config: Json, of: SettingsOwner): ProductSettings {
  const at = (...keys: string[]) => keys.reduce<Json | undefined>(child, config)
  const text = (...keys: string[]) => {
    const value = at("gateway", ...keys)
    return typeof value === "string" ? value : undefined
  }
  const port = at("gateway", "port")
  const [mode, bind, auth, url] = [["mode"], ["bind"], ["auth", "mode"], ["remote", "url"]].map((keys) => text(...keys))
  const tlsFingerprint = text("remote", "tlsFingerprint")
  return {
    ...of,
    ...(mode ? { mode } : {}),
    ...(typeof port === "number" ? { port } : {}),
    ...(bind ? { bind } : {}),
    ...(auth ? { auth } : {}),
    ...(url && routeOf(url) ? { url } : {}),
    ...(tlsFingerprint ? { tlsFingerprint } : {}),
    password: at("gateway", "auth", "password") !== undefined,
    tls: at("gateway", "tls", "enabled") === true,
    shellEnv: at("env", "shellEnv", "enabled") === true,
    ...omitUndefined({ refused: of.product === "openclaw" ? rejectionOf(at("env")) : undefined }),
    has: (...path) => at(...path) !== undefined,
    isBlank: (...path) => {
      const value = at(...path)
      return typeof value === "string" && value.trim() === ""
    },
  }
}

/** openclaw has variables under `env.vars` alone. */
function rejectionOf(env: Json | undefined): string | undefined {
  const keys = typeof env === "object" && env !== null ? Object.keys(env) : []
  const other = keys.find((key) => key !== "vars" && key !== "shellEnv")
  return other === undefined
    ? undefined
    : `has env.${shown(other, 100)}, which openclaw refuses: variables are under env.vars`
}

/** @returns undefined if it cannot be parsed */
export function parsedConfig(bytes: Uint8Array): Json | undefined {
  try {
    const { root } = parseDocument(Buffer.from(bytes).toString("utf8").replace(BOM, ""))
    return root ? toJson(root) : {}
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function child(value: Json | undefined, key: string): Json | undefined {
  return isMapping(value) && Object.hasOwn(value, key) ? (value as { readonly [key: string]: Json })[key] : undefined
}

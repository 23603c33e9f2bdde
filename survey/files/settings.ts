import type { Json } from "../../core/content.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { omitUndefined } from "../../core/given.ts"
import { isMapping } from "../../core/mapping.ts"
import { parseRoute } from "../../core/route.ts"
import { BOM } from "../../places/common/text.ts"
import { parseDocument, toJson } from "../../places/json5/document.ts"
import type { ProductName } from "../../products/product.ts"
import type { RateLimit } from "../../products/wrong-tokens.ts"
import { type TrustSettings, trustSettingsIn } from "./trust-settings.ts"

/** A product's config, without its tokens. */
export interface ProductSettings {
  readonly product: ProductName
  readonly path: string
  readonly profile?: string
  readonly mode?: string
  readonly port?: number
  readonly bind?: string
  /** `gateway.auth.mode`, if it is set. */
  readonly auth?: string
  /** Whether there is a `gateway.auth.password`. */
  readonly password: boolean
  readonly tls: boolean
  /** `gateway.reload.mode`, if it is set. */
  readonly reload?: string
  /** `gateway.auth.rateLimit`, if it is set. */
  readonly rateLimit?: RateLimit
  /** How it trusts a proxy, if it does. */
  readonly trust?: TrustSettings
  /** Whether a login shell's exports are loaded into the environment. */
  readonly shellEnv: boolean
  /** A node's URL. */
  readonly url?: string
  readonly tlsFingerprint?: string
  /** Why the product rejects the config, safe to show. */
  readonly rejection?: string
  /** Checks whether a key exists, by its path. */
  has(...path: string[]): boolean
  /** Checks whether a key has an empty value. */
  isBlank(...path: string[]): boolean
}

type SettingsOwner = Pick<ProductSettings, "product" | "path" | "profile">

/** Parses the settings; undefined if the file cannot be read, which its copies report. */
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
  const reload = text("reload", "mode")
  const tlsFingerprint = text("remote", "tlsFingerprint")
  const rejection = of.product === "openclaw" ? rejectionOf(at("env")) : undefined
  return {
    ...of,
    ...(mode ? { mode } : {}),
    ...(typeof port === "number" ? { port } : {}),
    ...(bind ? { bind } : {}),
    ...(auth ? { auth } : {}),
    ...omitUndefined({ trust: trustSettingsIn(config) }),
    ...omitUndefined({ rejection, reload, rateLimit: rateLimitIn(at("gateway", "auth", "rateLimit")) }),
    ...(url && parseRoute(url) ? { url } : {}),
    ...(tlsFingerprint ? { tlsFingerprint } : {}),
    password: at("gateway", "auth", "password") !== undefined,
    tls: at("gateway", "tls", "enabled") === true,
    shellEnv: at("env", "shellEnv", "enabled") === true,
    has: (...path) => at(...path) !== undefined,
    isBlank: (...path) => {
      const value = at(...path)
      return typeof value === "string" && value.trim() === ""
    },
  }
}

function rateLimitIn(value: Json | undefined): RateLimit | undefined {
  if (!isMapping(value)) return undefined
  const { maxAttempts, exemptLoopback } = value
  return {
    maxAttempts: typeof maxAttempts === "number" ? maxAttempts : undefined,
    exemptLoopback: typeof exemptLoopback === "boolean" ? exemptLoopback : undefined,
  }
}

/** Describes why openclaw rejects `env`: it has variables only under `env.vars`. */
function rejectionOf(env: Json | undefined): string | undefined {
  const keys = typeof env === "object" && env !== null ? Object.keys(env) : []
  const other = keys.find((key) => key !== "vars" && key !== "shellEnv")
  return other === undefined
    ? undefined
    : `has env.${shown(other, 100)}, which openclaw refuses: variables are under env.vars`
}

/** Parses a config; undefined if it cannot be parsed. */
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

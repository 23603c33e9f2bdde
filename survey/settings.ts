import { UserError } from "../core/errors.ts"
import { routeOf } from "../core/route.ts"
import { BOM } from "../places/common/text.ts"
import type { Json } from "../places/format.ts"
import { parseDocument, toJson } from "../places/json5/document.ts"
import type { ProductName } from "../products/product.ts"

/** What a product's config says besides its tokens. */
export interface Settings {
  readonly product: ProductName
  readonly path: string
  readonly profile?: string
  readonly mode?: string
  readonly port?: number
  readonly bind?: string
  readonly auth?: string
  readonly tls: boolean
  /** Of a node: where it goes. */
  readonly url?: string
  readonly tlsFingerprint?: string
  /** Whether a key stands there, by its path. */
  has(...path: string[]): boolean
}

/** Nothing for a file that cannot be read: its copies say so. */
export function settingsIn(
  bytes: Uint8Array,
  of: Pick<Settings, "product" | "path" | "profile">,
): Settings | undefined {
  const config = parsed(bytes)
  if (config === undefined) return undefined
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
    tls: at("gateway", "tls", "enabled") === true,
    has: (...path) => at(...path) !== undefined,
  }
}

function parsed(bytes: Uint8Array): Json | undefined {
  try {
    const { root } = parseDocument(Buffer.from(bytes).toString("utf8").replace(BOM, ""))
    return root ? toJson(root) : {}
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

function child(value: Json | undefined, key: string): Json | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined
  return Object.hasOwn(value, key) ? (value as { readonly [key: string]: Json })[key] : undefined
}

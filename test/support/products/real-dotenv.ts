import { createRequire } from "node:module"
import { resolve } from "node:path"
import { noProduct } from "./gateway.ts"

/** The dotenv that openclaw ships; undefined without the product, which is an error where CI is set. */
export function realDotenv(): { parse(file: Uint8Array): Record<string, string> } | undefined {
  if (noProduct("openclaw") !== undefined) return undefined
  return createRequire(import.meta.url)(
    resolve(import.meta.dirname, "../../../.tools/products/openclaw/node_modules/dotenv"),
  )
}

import { clawdbot } from "./clawdbot.ts"
import { openclaw } from "./openclaw.ts"
import type { Product, ProductName } from "./product.ts"

export const products: { readonly [name in ProductName]: Product } = { openclaw, clawdbot }

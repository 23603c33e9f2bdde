import { products } from "../../products/index.ts"
import type { ProductName } from "../../products/product.ts"

/** Returns the variable that sets a gateway's port. */
export function portVariable(product: ProductName): string {
  return `${product.toUpperCase()}_GATEWAY_PORT`
}

/** Parses that variable as the product does. @returns undefined if the product ignores it, and uses the config's port */
export function statedPort(product: ProductName, text: string | undefined): number | undefined {
  // openclaw accepts an address before the port, clawdbot whatever follows the number.
  const pattern = product === "openclaw" ? /^(?:\[[^\]]+\]:|[^:]+:)?(\d+)$/ : /^[+]?(\d+)/
  const port = Number(pattern.exec(text?.trim() ?? "")?.[1])
  return port > 0 && port <= 65_535 ? port : undefined
}

/** Returns the default port: openclaw derives a profile's from its name (2026.9: `resolveGatewayPort`). */
export function usualPort(product: ProductName, profile: string | undefined): number {
  if (profile === "dev") return 19_001
  if (product !== "openclaw" || profile === undefined || profile.startsWith("/")) return products[product].port
  let hash = 2_166_136_261
  for (const byte of Buffer.from(profile, "utf8")) hash = Math.imul(hash ^ byte, 16_777_619) >>> 0
  return 20_000 + (hash % 40_000)
}

/**
 * Returns a running gateway's port.
 * @param stated all ports that are set; the first overrides the others
 * @param listens the ports on which it listens, as far as they are known: a product hides its command line
 */
export function portOf(stated: readonly number[], listens: readonly number[]): number | undefined {
  const [lowest] = listens.toSorted((one, other) => one - other)
  // Its further ports are higher than its own.
  return stated.find((port) => listens.includes(port)) ?? lowest ?? stated[0]
}

import { readFileSync } from "node:fs"
import { Secret } from "../../../core/secret.ts"
import { openSession } from "../../../gateways/gateway.ts"
import { hostOf } from "../../../hosts/index.ts"
import type { Gateway } from "./gateway.ts"

const scopes = ["operator.admin", "operator.pairing", "operator.read"]

/**
 * Asks a gateway on the loopback by one request, with the token that it holds now. The product's own command line asks
 * the same, at the price of a start of the product.
 */
export async function request<Answer>(
  { product, port, config }: Pick<Gateway, "product" | "port" | "config">,
  method: string,
  params?: object,
): Promise<Answer> {
  const way = { product, port, dial: () => hostOf("local").dial("127.0.0.1", port) }
  const { session, verdict } = await openSession(way, new Secret(tokenIn(config)), scopes)
  if (!session) throw new Error(`${method}: the gateway opens no session: ${verdict.kind}`)
  try {
    return (await session.request(method, params)) as Answer
  } finally {
    session.close()
  }
}

/** The token of a config, or of the file that it refers to. */
function tokenIn(config: string): string {
  const { gateway, secrets } = JSON.parse(readFileSync(config, "utf8"))
  const { token } = gateway.auth
  return typeof token === "string" ? token : readFileSync(secrets.providers[token.provider].path, "utf8").trim()
}

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { text } from "node:stream/consumers"

export interface Transit {
  /** Where Pulumi finds it. */
  readonly env: Readonly<Record<"VAULT_ADDR" | "VAULT_TOKEN", string>>
  stop(): void
}

/**
 * A double of a HashiCorp Vault server with one key of its transit engine: `encrypt` and `decrypt` as
 * https://developer.hashicorp.com/vault/api-docs/secret/transit has them, for who shows the token.
 */
export async function startTransit(name: string): Promise<Transit> {
  const [key, token] = [randomBytes(32), `hvs.${randomBytes(12).toString("hex")}`]
  const answers: Readonly<Record<string, (given: Record<string, string>) => Record<string, string>>> = {
    [`/v1/transit/encrypt/${name}`]: ({ plaintext = "" }) => {
      const nonce = randomBytes(12)
      const cipher = createCipheriv("aes-256-gcm", key, nonce)
      const parts = [nonce, cipher.update(Buffer.from(plaintext, "base64")), cipher.final(), cipher.getAuthTag()]
      return { ciphertext: `vault:v1:${Buffer.concat(parts).toString("base64")}` }
    },
    [`/v1/transit/decrypt/${name}`]: ({ ciphertext = "" }) => {
      const bytes = Buffer.from(ciphertext.replace("vault:v1:", ""), "base64")
      const cipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16))
      const plain = Buffer.concat([cipher.update(bytes.subarray(12, -16)), cipher.final()])
      return { plaintext: plain.toString("base64") }
    },
  }
  const server = createServer(async (request, response) => {
    const allowed = request.headers["x-vault-token"] === token
    const answer = answers[request.url ?? ""]
    const said = await text(request)
    const status = allowed ? (answer ? 200 : 404) : 403
    response.writeHead(status, { "Content-Type": "application/json" })
    response.end(
      JSON.stringify(allowed && answer ? { data: answer(JSON.parse(said)) } : { errors: ["permission denied"] }),
    )
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return { env: { VAULT_ADDR: `http://127.0.0.1:${port}`, VAULT_TOKEN: token }, stop: () => server.close() }
}

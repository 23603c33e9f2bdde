import { createPrivateKey, createPublicKey, type KeyObject, randomUUID } from "node:crypto"
import { SignJWT } from "jose"
import { audienceOf, issuerOf, keyIdOf, tokenAlgorithm, tokenType } from "../../core/access-token.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { octal } from "../../core/octal.ts"
import { hostOf } from "../../hosts/index.ts"
import type { TokenClient } from "./client.ts"

/**
 * Signs an access token with the client's key. @param lifetime in seconds
 * @throws UserError if the key cannot be used
 */
export async function mint(client: TokenClient, lifetime: number): Promise<string> {
  const key = await readKey(client)
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({})
    .setProtectedHeader({ alg: tokenAlgorithm, typ: tokenType, kid: keyIdOf(client) })
    .setIssuer(issuerOf(client.domain))
    .setSubject(client.name)
    .setAudience(audienceOf(client.audience))
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .setJti(randomUUID())
    .sign(key)
}

/** @throws UserError that quotes nothing of the file */
async function readKey({ keyFile, publicKey }: TokenClient): Promise<KeyObject> {
  const file = shown(keyFile)
  const found = await hostOf("local").readSnapshot(keyFile)
  if (found.kind === "absent") throw new UserError(`${file}: found no file, expected the client's key; run: pulumi up`)
  if (found.kind !== "file") throw new UserError(`${file}: expected the client's key; it ${found.reason}`)
  if ((found.mode & 0o077) !== 0)
    throw new UserError(
      `${file}: others can read it (${octal(found.mode)}), expected 0600; \`pulumi up\` makes a new key there`,
    )
  const key = parseKey(Buffer.from(found.bytes).toString("utf8"))
  if (key?.asymmetricKeyDetails?.namedCurve !== "prime256v1")
    throw new UserError(`${file}: found no private key of P-256 as PEM; \`pulumi up\` makes one there`)
  if (publicKey !== undefined && createPublicKey(key).export({ type: "spki", format: "pem" }) !== publicKey)
    throw new UserError(`${file}: found another key than the stack's; \`pulumi up\` makes a new one`)
  return key
}

function parseKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

import { createHmac, createPrivateKey, generateKeyPairSync, randomUUID, sign } from "node:crypto"

/** A client's key pair, both as PEM. */
export interface KeyPair {
  readonly key: string
  readonly publicKey: string
}

export function keyPair(): KeyPair {
  const made = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const publicKey = made.publicKey.export({ type: "spki", format: "pem" })
  return { key: String(made.privateKey.export({ type: "pkcs8", format: "pem" })), publicKey: String(publicKey) }
}

export interface Forgery {
  readonly pair: KeyPair
  /** Merged into the header and the claims; undefined drops one. */
  readonly header?: object
  readonly claims?: object
  /** In place of the claims, as they are. */
  readonly payload?: string
  /** Signed by HMAC with this secret instead. */
  readonly hmac?: string
  readonly signature?: string | ((right: string) => string)
}

/** Makes a bearer of `laptop` for the guard `studio` of the domain `home`, with whatever is wrong with it. */
export function forge({ pair, header = {}, claims = {}, payload, hmac, signature }: Forgery): string {
  const now = Math.floor(Date.now() / 1000)
  const all = {
    ...{ iss: "gatekey:home", sub: "laptop", aud: "openclaw-gateway:studio" },
    ...{ iat: now, exp: now + 300, jti: randomUUID() },
    ...claims,
  }
  const head = { alg: "ES256", typ: "at+jwt", kid: "laptop.g1", ...header }
  const signed = `${encoded(JSON.stringify(head))}.${encoded(payload ?? JSON.stringify(all))}`
  const right =
    hmac === undefined
      ? sign("sha256", Buffer.from(signed), { key: createPrivateKey(pair.key), dsaEncoding: "ieee-p1363" })
      : createHmac("sha256", hmac).update(signed).digest()
  const last = right.toString("base64url")
  return `${signed}.${typeof signature === "function" ? signature(last) : (signature ?? last)}`
}

export function encoded(text: string): string {
  return Buffer.from(text).toString("base64url")
}

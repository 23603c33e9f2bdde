import { createPrivateKey } from "node:crypto"

/**
 * What must not be seen of a private key, by what a failure calls it: its number, in whose forms each encoding of the key has
 * it, and the text of its PEM.
 * @param pem a file in which the key is the first block, or the key
 */
export function keySecrets(name: string, pem: string): readonly (readonly [name: string, value: string])[] {
  const [, body = ""] = /-----BEGIN [A-Z ]*PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem) ?? []
  const { d = "" } = createPrivateKey(pem).export({ format: "jwk" })
  const number = Buffer.from(String(d), "base64url")
  const text = body.replace(/\s/g, "")
  // Around the number are the names of its curve and the public key, which are in other files too.
  const at = Buffer.from(text, "base64").indexOf(number)
  if (number.length !== 32 || at < 0) throw new Error(`${name} is not a key of P-256`)
  const own = text.slice(Math.ceil((at * 4) / 3), Math.floor(((at + number.length) * 4) / 3))
  return [
    [`private key of ${name}`, number.toString("hex")],
    [`private key of ${name}, PEM`, own],
  ]
}

/** How each bearer of a client begins, and its claims. */
export function bearerSecrets(issuer: string): readonly (readonly [name: string, value: string])[] {
  const encoded = (text: string) => Buffer.from(text).toString("base64url")
  return [
    // Three characters less than a multiple of three: the last would depend on what follows.
    ["a JWT", encoded(`{"alg":"ES256","typ":"at+jwt",`)],
    ["the claims of a JWT", encoded(`{"iss":"${issuer}","sub":"`).slice(0, -4)],
  ]
}

/** The name of the header between a guard and its gateway, in a guard's configuration. */
export function headerIn(configuration: string): string {
  const [, name] = / set-header (x-gk-[0-9a-f]{32}) /.exec(configuration) ?? []
  if (name === undefined) throw new Error("the configuration has no header for the identity")
  return name
}

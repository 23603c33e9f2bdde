/*
 * The access tokens (JWT, RFC 9068) that a client of a guard signs with its own key: what the guard, the host's program
 * and `gatekey token` agree on.
 */

/** The longest life that a guard accepts, and the usual one, in seconds. */
export const longestLife = 3600
export const usualLife = 300

/** Seconds by which the clocks of a client and a guard may differ. */
export const clockSkew = 60

export const tokenAlgorithm = "ES256"
export const tokenType = "at+jwt"

/** Returns the `iss` of a stack's tokens. @param domain of its Authority */
export function issuerOf(domain: string): string {
  return `gatekey:${domain}`
}

/** Returns the `aud` of the tokens for a guard. */
export function audienceOf(guard: string): string {
  return `openclaw-gateway:${guard}`
}

/** Returns the `kid` of a client's key, which is also its line in a guard's list: the name and its generation, `laptop.g1`. */
export function keyIdOf({ name, generation }: { readonly name: string; readonly generation: number }): string {
  return `${name}.g${generation}`
}

/** Explains why a string is not the public key of a client; undefined if it is. */
export function publicKeyProblem(text: string): string | undefined {
  return publicKeyPattern.test(text)
    ? undefined
    : "must be a public key for ES256 (P-256) as PEM, which begins with -----BEGIN PUBLIC KEY-----"
}

/** A P-256 key as SubjectPublicKeyInfo: its first bytes are the same in each, and it has 91 bytes. */
const publicKeyPattern =
  /^-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{28}\n[A-Za-z0-9+/]{58}==\n-----END PUBLIC KEY-----\n?$/

import { authKeys, evaluateAuthentication, isMode } from "./auth-modes.ts"
import type { ProductName } from "./product.ts"
import type { Credential } from "./readers.ts"

const effects: {
  readonly [wanted in Credential]: { readonly [mode: string]: string }
} = {
  token: {
    password: "the gateway accepts its password only and rejects every client that sends the token",
    none: "the gateway lets in every client, with any token and with none",
  },
  password: {
    token: "the gateway accepts its token only and rejects every client that sends the password",
    none: "the gateway lets in every client, with any password and with none",
    "trusted-proxy": "the gateway takes the identity of its clients from a proxy",
  },
}

const leave = "or leave this gateway out of the declaration"
const remedy = `Set gateway.auth.mode to token or password and give its clients that secret; ${leave}`
const remedies: {
  readonly [wanted in Credential]: string
} = {
  token: `Declare the gateway with mode: password and adopt its password, and then change that to mode: token; ${leave}`,
  password: `Adopt the token that it accepts now, or declare the gateway with mode: token; ${leave}`,
}

/**
 * Explains why a gateway with these settings must not get this credential; undefined if it may.
 * @param other the description of the other credential's place
 * @param isKnown the stack has the other credential, which it replaces together with the mode
 */
export function describeSecretObstacle({
  product,
  wanted,
  mode,
  other,
  isKnown = false,
}: {
  readonly product: ProductName
  readonly wanted: Credential
  readonly mode?: string | undefined
  readonly other?: string | undefined
  readonly isKnown?: boolean
}): string | undefined {
  const isBySecret = mode === undefined || mode === "token" || mode === "password"
  if (isKnown && isBySecret) return undefined
  const effect = wanted === "token" ? effectOfToken(product, mode, other) : effectOfPassword(mode, other)
  if (effect === undefined) return undefined
  const another = wanted === "token" ? "password" : "token"
  const found =
    mode === undefined
      ? `a ${another} is configured (${other}) and gateway.auth.mode is not set`
      : `gateway.auth.mode is ${mode}, expected ${wanted}`
  return `${found}: ${effect}. ${isBySecret ? remedies[wanted] : remedy}`
}

function effectOfToken(product: ProductName, mode: string | undefined, password: string | undefined) {
  const both = password === authKeys.password
  const has = password !== undefined || mode === "password"
  const then = evaluateAuthentication({ product, mode, token: true, password: has, both })
  const known = mode === undefined || isMode(mode)
  if (known && then.mode === "token" && !then.refuses) return undefined
  if (!known) return "what the gateway does with a token is not known"
  if (!then.refuses) return effects.token[then.mode] ?? ""
  return mode === undefined
    ? "with a token beside it the gateway refuses to start"
    : "the gateway refuses to start as soon as a token is configured"
}

function effectOfPassword(mode: string | undefined, token: string | undefined): string | undefined {
  if (mode === "password" || (mode === undefined && token === undefined)) return undefined
  if (mode === undefined) return "with a password beside it the gateway refuses to start"
  return isMode(mode) ? (effects.password[mode] ?? "") : "what the gateway does with a password is not known"
}

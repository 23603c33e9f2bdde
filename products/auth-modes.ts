import type { ProductName } from "./product.ts"
import { type Credential, credentials } from "./readers.ts"

const authModes = ["token", "password", "none", "trusted-proxy"] as const
export type AuthMode = (typeof authModes)[number]

/** The settings by which a gateway decides how clients authenticate: its credentials from any source. */
interface AuthSettings {
  readonly product: ProductName
  /** `--auth`, or else `gateway.auth.mode`; undefined if neither is set. */
  readonly mode?: string | undefined
  readonly token: boolean
  readonly password: boolean
  /** Whether the config's `gateway.auth` has both of them. */
  readonly both?: boolean
}

/** The resulting mode of a gateway. */
export interface Authentication {
  readonly mode: AuthMode
  /** Why it does not start. */
  readonly refuses?: string
  /** The fix. */
  readonly remedy?: string
}

/** The config keys that decide the mode. */
export const authKeys = { token: "gateway.auth.token", mode: "gateway.auth.mode", password: "gateway.auth.password" }

type Rule = readonly [when: (settings: AuthSettings) => boolean, makes: Authentication]

const fixed = (mode: AuthMode): Rule => [(settings) => settings.mode === mode, { mode }]
const lacks = (credential: Credential): Rule => [
  (settings) => settings.mode === credential && !settings[credential],
  {
    mode: credential,
    refuses: `gateway.auth.mode is ${credential}, and no ${credential} is configured`,
    remedy: `set gateway.auth.${credential}, or gateway.auth.mode to ${credential === "token" ? "password" : "token"}`,
  },
]
const derived = (credential: "token" | "password"): Rule => [(settings) => settings[credential], { mode: credential }]
const oneOf = (modes: readonly string[]) => `set gateway.auth.mode to one of ${modes.join(", ")}`
const isOther: Rule[0] = ({ mode }) => mode !== undefined

/** The rules; the first that matches applies. Measured: `npm run precedence` compares. */
const rules: { readonly [name in ProductName]: readonly Rule[] } = {
  openclaw: [
    [
      ({ mode, both }) => mode === undefined && both === true,
      {
        mode: "token",
        refuses: "gateway.auth has a token and a password, and gateway.auth.mode is not set",
        remedy: "set gateway.auth.mode to the one that clients send, token or password",
      },
    ],
    [
      ({ mode, token }) => mode === "trusted-proxy" && token,
      {
        mode: "trusted-proxy",
        refuses: "gateway.auth.mode is trusted-proxy, and a token is configured",
        remedy: "remove the token (gateway.auth.token, OPENCLAW_GATEWAY_TOKEN), or set gateway.auth.mode to token",
      },
    ],
    lacks("password"),
    ...authModes.map(fixed),
    [isOther, { mode: "token", refuses: "gateway.auth.mode is none that openclaw has", remedy: oneOf(authModes) }],
    derived("password"),
    // Without a token too: it generates one.
    [() => true, { mode: "token" }],
  ],
  clawdbot: [
    lacks("password"),
    lacks("token"),
    fixed("token"),
    fixed("password"),
    [isOther, { mode: "none", refuses: "gateway.auth.mode is none that clawdbot has", remedy: oneOf(credentials) }],
    derived("password"),
    derived("token"),
    [() => true, { mode: "none" }],
  ],
}

/** Evaluates how a gateway authenticates its clients, or why it does not start. */
export function evaluateAuthentication(settings: AuthSettings): Authentication {
  const [, makes] = rules[settings.product].find(([when]) => when(settings)) ?? []
  return makes ?? { mode: "token" }
}

const effects: { readonly [wanted in Credential]: { readonly [mode: string]: string } } = {
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

function isMode(mode: string): mode is AuthMode {
  return authModes.some((each) => each === mode)
}

const leave = "or leave this gateway out of the declaration"
const remedy = `Set gateway.auth.mode to token or password and give its clients that secret; ${leave}`
const remedies: { readonly [wanted in Credential]: string } = {
  token: `Declare the gateway with mode: password and adopt its password, and then change that to mode: token; ${leave}`,
  password: `Adopt the token that it accepts now, or declare the gateway with mode: token; ${leave}`,
}

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

export function isMode(mode: string): mode is AuthMode {
  return authModes.some((each) => each === mode)
}

import type { ProductName } from "./product.ts"

/** The programs of a product that read a token or a password: its gateway, a node, or a command of its CLI. */
export const readers = ["gateway", "node", "client"] as const
export type Reader = (typeof readers)[number]

export const credentials = ["token", "password"] as const
export type Credential = (typeof credentials)[number]

/** How a gateway authenticates its clients: by one of the credentials, or by what its guard says. */
export const gatewayModes = [...credentials, "trusted-proxy"] as const
export type GatewayMode = (typeof gatewayModes)[number]

/** Returns the credential of a mode; undefined for the default, and if none lets in. */
export function credentialOf(mode: GatewayMode | undefined): Credential | undefined {
  return mode === "trusted-proxy" ? undefined : mode
}

/**
 * A source of a credential. `auth` and `remote` are the config's `gateway.auth` and `gateway.remote`; `environment` is
 * everything that is loaded into the environment of the process.
 */
type Source = "flag" | "auth" | "remote" | "environment" | "device token" | "runtime token"
type Order = { readonly [credential in Credential]: readonly Source[] }

interface Orders {
  /** By `gateway.mode`; default: local. */
  readonly local: Order
  readonly remote: Order
}

function both(order: readonly Source[]): Order {
  return { token: order, password: order.filter((source) => !/ token$/.test(source)) }
}

const gatewayOfOpenclaw = both(["flag", "auth", "environment", "remote", "runtime token"])
const gatewayOfClawdbot = both(["flag", "auth", "environment"])

/** The sources in order of precedence. Measured on openclaw 2026.9.6 and clawdbot 2026.1.24-3: `npm run precedence` compares. */
const orders: { readonly [name in ProductName]: { readonly [reader in Reader]: Orders } } = {
  openclaw: {
    gateway: { local: gatewayOfOpenclaw, remote: gatewayOfOpenclaw },
    node: {
      local: both(["environment", "device token", "auth"]),
      remote: both(["environment", "device token", "remote", "auth"]),
    },
    client: {
      local: both(["flag", "auth", "environment", "remote"]),
      remote: {
        token: ["flag", "remote", "environment", "auth"],
        password: ["flag", "environment", "remote", "auth"],
      },
    },
  },
  clawdbot: {
    gateway: { local: gatewayOfClawdbot, remote: gatewayOfClawdbot },
    node: {
      local: both(["device token", "environment", "auth"]),
      remote: both(["device token", "environment", "remote"]),
    },
    client: {
      local: both(["flag", "environment", "auth"]),
      remote: { token: ["flag", "remote"], password: ["flag", "environment", "remote"] },
    },
  },
}

/** Lists the sources of a reader's credential in order of precedence. */
export function listSources(
  product: ProductName,
  reader: Reader,
  mode: string | undefined,
  credential: Credential,
): readonly Source[] {
  return orders[product][reader][mode === "remote" ? "remote" : "local"][credential]
}

/** Formats the variable of a credential. */
export function formatVariable(product: ProductName, credential: Credential): string {
  return `${product.toUpperCase()}_GATEWAY_${credential.toUpperCase()}`
}

/** The reasons for the sources of a command's credential. */
export const clientReasons: { readonly [source: string]: string } = {
  flag: "a flag of the command wins over all else",
  auth: "a command takes it in local mode, and in remote mode if there is no other",
  remote: "a command takes it first in remote mode",
  environment: "what the shell has exported",
  dotenv: "loaded into the environment of the command",
  "config environment": "loaded into the environment of the command",
  "login shell": "env.shellEnv is on: what a login shell exports is loaded into the environment",
}

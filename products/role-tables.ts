import type { PlaceKind } from "./product.ts"

/** The common parts of both products' tables. */
const overridden = "wins over the config on a node"

/** Creates the names of an installed role, as `openclaw gateway install` and similar commands set them. */
export function installed<const Label extends string, const Product extends string, const Name extends string>(
  label: Label,
  product: Product,
  role: Name,
) {
  return {
    launchd: { label: `${label}.${role}`, plist: `~/Library/LaunchAgents/${label}.${role}.plist` },
    systemd: { unit: `${product}-${role}.service`, path: `~/.config/systemd/user/${product}-${role}.service` },
  } as const
}

/** The config keys of a role. */
export const keys = {
  gateway: {
    key: "gateway.auth.token",
    other: { kind: "config remote token", key: "gateway.remote.token" },
  },
  node: {
    key: "gateway.remote.token",
    other: { kind: "config auth token", key: "gateway.auth.token" },
  },
} as const

/** Sources of a gateway's token. */
export const gatewaySources = {
  flag: {
    source: "flag",
    places: ["launch agent arguments", "unit arguments"],
    why: "a --token flag wins over the config",
  },
  config: (places: readonly PlaceKind[]) => ({
    source: "config",
    places,
    why: "the gateway takes its token from the config",
  }),
  configEnvironment: {
    source: "config environment",
    places: ["config environment"],
    why: "a second copy, loaded into the environment",
  },
  loginShell: {
    source: "login shell",
    places: [],
    why: "env.shellEnv is on: what a login shell exports is loaded into the environment",
  },
} as const

/** Sources of a node's token. */
export const nodeSources = {
  environment: (places: readonly PlaceKind[]) => ({
    source: "environment",
    places,
    why: `the environment ${overridden}`,
  }),
  dotenv: { source: "dotenv", places: ["dotenv"], why: `loaded into the environment, which ${overridden}` },
  configEnvironment: {
    source: "config environment",
    places: ["config environment"],
    why: `loaded into the environment, which ${overridden}`,
  },
  loginShell: {
    source: "login shell",
    places: [],
    why: `env.shellEnv is on: what a login shell exports ${overridden}`,
  },
  deviceToken: {
    source: "device token",
    places: [],
    why: "made by the gateway at the pairing; device stores are left alone",
  },
  config: (places: readonly PlaceKind[]) => ({
    source: "config",
    places,
    why: "what the node presents at its first pairing and for a recovery",
  }),
  /** A node has no flag: it is never read. */
  flag: {
    source: "flag",
    places: ["launch agent arguments", "unit arguments"],
    why: "arguments show in the process list, and a node has no --token flag",
  },
} as const

/** The phase of the flip: the gateway accepts one token at a time, so its own place is changed then. */
export const flipPhase = {
  when: "flip",
  why: "the gateway accepts one token at a time: this place changes it",
} as const

export const image = {
  home: "/home/node",
  gateway: ["node", "dist/index.js", "gateway", "--bind", "lan", "--port", "18789"],
} as const

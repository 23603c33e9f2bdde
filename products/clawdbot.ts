import { type Product, phases } from "./product.ts"

const holding = ["config"] as const
const environment = ["launch agent environment", "unit environment", "unit drop-in", "profile"] as const

/** clawdbot 2026.1: its config understands no reference, so it holds the token itself. */
export const clawdbot = {
  name: "clawdbot",
  prefix: "clawdbot ",
  config: "~/.clawdbot/clawdbot.json",
  dotenv: "~/.clawdbot/.env",
  variable: "CLAWDBOT_GATEWAY_TOKEN",
  port: 18789,
  image: {
    home: "/home/node",
    gateway: ["node", "dist/index.js", "gateway", "--bind", "lan", "--port", "18789"],
  },
  roles: {
    gateway: {
      key: "gateway.auth.token",
      other: { kind: "config remote token", key: "gateway.remote.token" },
      launchd: {
        label: "com.clawdbot.gateway",
        plist: "~/Library/LaunchAgents/com.clawdbot.gateway.plist",
      },
      systemd: {
        unit: "clawdbot-gateway.service",
        path: "~/.config/systemd/user/clawdbot-gateway.service",
      },
      precedence: [
        {
          source: "flag",
          places: ["launch agent arguments", "unit arguments"],
          why: "a --token flag wins over the config",
        },
        { source: "config", places: holding, why: "the gateway takes its token from the config" },
        {
          source: "environment",
          places: environment,
          why: "clients on this host obey it before the config",
        },
        { source: "dotenv", places: ["dotenv"], why: "clients on this host obey it before the config" },
        {
          source: "config environment",
          places: ["config environment"],
          why: "a second copy, loaded into the environment",
        },
        {
          source: "login shell",
          places: [],
          why: "env.shellEnv is on: what a login shell exports is loaded into the environment",
        },
      ],
      unread: [
        {
          source: "remote token",
          places: ["config remote token"],
          why: "only clients on this host read it; they find the gateway's own",
        },
      ],
      takes: { how: "restart", why: "it watches its config and restarts itself: a gap of about a second" },
      phases: phases(holding, { when: "flip", why: "the gateway accepts one token at a time: this place changes it" }),
    },
    node: {
      key: "gateway.remote.token",
      other: { kind: "config auth token", key: "gateway.auth.token" },
      launchd: {
        label: "com.clawdbot.node",
        plist: "~/Library/LaunchAgents/com.clawdbot.node.plist",
      },
      systemd: {
        unit: "clawdbot-node.service",
        path: "~/.config/systemd/user/clawdbot-node.service",
      },
      precedence: [
        { source: "device token", places: [], why: "made by the gateway at the pairing; device stores are left alone" },
        {
          source: "environment",
          places: environment,
          why: "the environment wins over the config on a node",
        },
        {
          source: "dotenv",
          places: ["dotenv"],
          why: "loaded into the environment, which wins over the config on a node",
        },
        {
          source: "config environment",
          places: ["config environment"],
          why: "loaded into the environment, which wins over the config on a node",
        },
        {
          source: "login shell",
          places: [],
          why: "env.shellEnv is on: what a login shell exports wins over the config on a node",
        },
        { source: "config", places: holding, why: "what the node presents at its first pairing and for a recovery" },
      ],
      unread: [
        {
          source: "auth token",
          places: ["config auth token"],
          why: "a node in remote mode does not read it; a second gateway here would",
        },
        {
          source: "flag",
          places: ["launch agent arguments", "unit arguments"],
          why: "arguments show in the process list, and a node has no --token flag",
        },
      ],
      takes: { how: "restart", why: "read at start only; it exits when the gateway restarts" },
      keepAlive: "a clawdbot node ends with exit 0 whenever its gateway restarts",
      phases: phases(holding, { when: "before", why: "the gateway's restart ends the node, which then reads it" }),
    },
  },
} as const satisfies Product

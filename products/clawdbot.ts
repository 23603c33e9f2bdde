import { createPhases, type Product } from "./product.ts"
import { flipPhase, gatewaySources, image, installed, keys, nodeSources } from "./role-tables.ts"

const holding = ["config"] as const
const environment = ["launch agent environment", "unit environment", "unit drop-in", "profile"] as const

/** clawdbot 2026.1: its config supports no references, so it contains the token itself. */
export const clawdbot = {
  name: "clawdbot",
  prefix: "clawdbot ",
  config: "~/.clawdbot/clawdbot.json",
  dotenv: "~/.clawdbot/.env",
  variable: "CLAWDBOT_GATEWAY_TOKEN",
  port: 18789,
  image,
  roles: {
    gateway: {
      ...keys.gateway,
      ...installed("com.clawdbot", "clawdbot", "gateway"),
      precedence: [
        gatewaySources.flag,
        gatewaySources.config(holding),
        {
          source: "environment",
          places: environment,
          why: "clients on this host obey it before the config",
        },
        { source: "dotenv", places: ["dotenv"], why: "clients on this host obey it before the config" },
        gatewaySources.configEnvironment,
        gatewaySources.loginShell,
      ],
      unread: [
        {
          source: "remote token",
          places: ["config remote token"],
          why: "only clients on this host read it; they find the gateway's own",
        },
      ],
      takes: { how: "restart", why: "it watches its config and restarts itself: a gap of about a second" },
      phases: createPhases(holding, flipPhase),
    },
    node: {
      ...keys.node,
      ...installed("com.clawdbot", "clawdbot", "node"),
      precedence: [
        nodeSources.deviceToken,
        nodeSources.environment(environment),
        nodeSources.dotenv,
        nodeSources.configEnvironment,
        nodeSources.loginShell,
        nodeSources.config(holding),
      ],
      unread: [
        {
          source: "auth token",
          places: ["config auth token"],
          why: "a node in remote mode does not read it; a second gateway here would",
        },
        nodeSources.flag,
      ],
      takes: { how: "restart", why: "read at start only; it exits when the gateway restarts" },
      keepAlive: "a clawdbot node ends with exit 0 whenever its gateway restarts",
      phases: createPhases(holding, {
        when: "before",
        why: "the gateway's restart ends the node, which then reads it",
      }),
    },
  },
} as const satisfies Product

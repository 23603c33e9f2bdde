import { createPhases, type Product } from "./product.ts"
import { flipPhase, gatewaySources, image, installed, keys, nodeSources } from "./role-tables.ts"

const holding = ["vault item", "secret file", "token reader", "config secret provider", "config"] as const
const environment = [
  "launch agent environment",
  "launch agent env file",
  "unit environment",
  "unit drop-in",
  "unit env file",
  "profile",
] as const

const gatewayInstalled = installed("ai.openclaw", "openclaw", "gateway")
const nodeInstalled = installed("ai.openclaw", "openclaw", "node")

/** openclaw 2026.9. */
export const openclaw = {
  name: "openclaw",
  prefix: "",
  predecessor: "clawdbot",
  config: "~/.openclaw/openclaw.json",
  legacyConfig: "clawdbot.json",
  dotenv: "~/.openclaw/.env",
  secondDotenv: "~/.config/openclaw/gateway.env",
  variable: "OPENCLAW_GATEWAY_TOKEN",
  port: 18789,
  image,
  secretRef: {
    since: "2026.3.2",
    file: "~/.openclaw/gatekey/gateway-token",
    // `path` may start with `~/`: openclaw expands it by the home of the user who runs it.
    provider: { locator: "secrets.providers.gatekey", content: { source: "file", mode: "singleValue" } },
    reference: { source: "file", provider: "gatekey", id: "value" },
    exec: {
      reader: "~/.openclaw/gatekey/token-reader",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the environment, which openclaw puts in
      home: "${HOME}",
      // A remote vault may be slow: openclaw's own limit is 5 s.
      provider: { locator: "secrets.providers.gatekey", content: { source: "exec", timeoutMs: 20_000 } },
      reference: { source: "exec", provider: "gatekey", id: "token" },
    },
  },
  roles: {
    gateway: {
      ...keys.gateway,
      launchd: {
        ...gatewayInstalled.launchd,
        envFile: "~/.openclaw/service-env/ai.openclaw.gateway.env",
      },
      systemd: { ...gatewayInstalled.systemd, envFile: "~/.openclaw/gateway.systemd.env" },
      precedence: [
        gatewaySources.flag,
        gatewaySources.config(holding),
        {
          source: "environment",
          places: environment,
          why: "a second copy, obeyed as soon as the config has none",
        },
        { source: "dotenv", places: ["dotenv"], why: "a second copy, obeyed as soon as the config has none" },
        gatewaySources.configEnvironment,
        gatewaySources.loginShell,
        {
          source: "remote token",
          places: ["config remote token"],
          why: "the gateway accepts it if nothing else gives it a token; a command here sends it",
        },
        { source: "runtime token", places: [], why: "made up at each start when there is no other; known to nobody" },
      ],
      unread: [],
      takes: { how: "reload", why: "secrets.reload over a connection opened before the secret file was replaced" },
      phases: createPhases(holding, flipPhase),
    },
    node: {
      ...keys.node,
      launchd: {
        ...nodeInstalled.launchd,
        envFile: "~/.openclaw/service-env/ai.openclaw.node.env",
      },
      systemd: { ...nodeInstalled.systemd, envFile: "~/.openclaw/node.systemd.env" },
      precedence: [
        nodeSources.environment(environment),
        nodeSources.dotenv,
        nodeSources.configEnvironment,
        nodeSources.loginShell,
        nodeSources.deviceToken,
        nodeSources.config(holding),
        {
          source: "auth token",
          places: ["config auth token"],
          why: "sent if gateway.remote has no token; a second gateway here would accept it",
        },
      ],
      unread: [nodeSources.flag],
      takes: { how: "restart", why: "read at the next start; a connected, paired node keeps its device token" },
      phases: createPhases(holding, {
        when: "before",
        why: "read at the next start only, so it may be ahead of the gateway",
      }),
    },
  },
} as const satisfies Product

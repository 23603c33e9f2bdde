import { type Product, phases } from "./product.ts"

const holding = ["vault item", "secret file", "token reader", "config secret provider", "config"] as const
const environment = [
  "launch agent environment",
  "launch agent env file",
  "unit environment",
  "unit drop-in",
  "unit env file",
  "profile",
] as const

/** openclaw 2026.9. */
export const openclaw = {
  name: "openclaw",
  prefix: "",
  predecessor: "clawdbot",
  config: "~/.openclaw/openclaw.json",
  dotenv: "~/.openclaw/.env",
  secondDotenv: "~/.config/openclaw/gateway.env",
  variable: "OPENCLAW_GATEWAY_TOKEN",
  port: 18789,
  image: {
    home: "/home/node",
    gateway: ["node", "dist/index.js", "gateway", "--bind", "lan", "--port", "18789"],
  },
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
      // A vault far away may take its time: openclaw's own limit is 5 s.
      provider: { locator: "secrets.providers.gatekey", content: { source: "exec", timeoutMs: 20_000 } },
      reference: { source: "exec", provider: "gatekey", id: "token" },
    },
  },
  roles: {
    gateway: {
      key: "gateway.auth.token",
      other: { kind: "config remote token", key: "gateway.remote.token" },
      launchd: {
        label: "ai.openclaw.gateway",
        plist: "~/Library/LaunchAgents/ai.openclaw.gateway.plist",
        envFile: "~/.openclaw/service-env/ai.openclaw.gateway.env",
      },
      systemd: {
        unit: "openclaw-gateway.service",
        path: "~/.config/systemd/user/openclaw-gateway.service",
        envFile: "~/.openclaw/gateway.systemd.env",
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
          why: "a second copy, obeyed as soon as the config has none",
        },
        { source: "dotenv", places: ["dotenv"], why: "a second copy, obeyed as soon as the config has none" },
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
        {
          source: "remote token",
          places: ["config remote token"],
          why: "the gateway accepts it if nothing else gives it a token; a command here sends it",
        },
        { source: "runtime token", places: [], why: "made up at each start when there is no other; known to nobody" },
      ],
      unread: [],
      takes: { how: "reload", why: "secrets.reload over a connection opened before the secret file was replaced" },
      phases: phases(holding, { when: "flip", why: "the gateway accepts one token at a time: this place changes it" }),
    },
    node: {
      key: "gateway.remote.token",
      other: { kind: "config auth token", key: "gateway.auth.token" },
      launchd: {
        label: "ai.openclaw.node",
        plist: "~/Library/LaunchAgents/ai.openclaw.node.plist",
        envFile: "~/.openclaw/service-env/ai.openclaw.node.env",
      },
      systemd: {
        unit: "openclaw-node.service",
        path: "~/.config/systemd/user/openclaw-node.service",
        envFile: "~/.openclaw/node.systemd.env",
      },
      precedence: [
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
        { source: "device token", places: [], why: "made by the gateway at the pairing; device stores are left alone" },
        { source: "config", places: holding, why: "what the node presents at its first pairing and for a recovery" },
        {
          source: "auth token",
          places: ["config auth token"],
          why: "sent if gateway.remote has no token; a second gateway here would accept it",
        },
      ],
      unread: [
        {
          source: "flag",
          places: ["launch agent arguments", "unit arguments"],
          why: "arguments show in the process list, and a node has no --token flag",
        },
      ],
      takes: { how: "restart", why: "read at the next start; a connected, paired node keeps its device token" },
      phases: phases(holding, {
        when: "before",
        why: "read at the next start only, so it may be ahead of the gateway",
      }),
    },
  },
} as const satisfies Product

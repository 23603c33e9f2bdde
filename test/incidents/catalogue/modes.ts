import { configured, edited, started, undone } from "../faults.ts"
import type { Fleet } from "../fleet.ts"
import type { Broken, Incident } from "../incident.ts"

const dotenv = ".openclaw/.env"
/** Its broker is ready long before it is itself. */
const up = /\[gateway\] ready/
const common = { fleet: "openclaw", platforms: ["linux", "macos"], at: "gateway", restarts: ["gateway"] } as const

/** How the gateway lets clients in is not what its fleet counts on. */
export const modes: readonly Incident[] = [
  {
    id: "password-variable",
    title:
      "OPENCLAW_GATEWAY_PASSWORD came into the gateway's .env; without gateway.auth.mode that switches it to a password.",
    ...common,
    break: (fleet) =>
      changed(fleet, up, [
        auth(fleet, (auth) => void delete auth.mode),
        edited(fleet.gateway, dotenv, () => `OPENCLAW_GATEWAY_PASSWORD=${fleet.other()}\n`),
      ]),
    cause: {
      scan: /OPENCLAW_GATEWAY_PASSWORD.*switches .* to password mode.*rejects/i,
      doctor: /OPENCLAW_GATEWAY_PASSWORD.*switches .* to password mode.*rejects/i,
      preview: /^studio .*OPENCLAW_GATEWAY_PASSWORD.*password/i,
    },
    own: /GATEWAY_PASSWORD|password mode|auth.*password/i,
  },
  {
    id: "password-mode",
    title: "Somebody has set the gateway to a password (gateway.auth.mode); what has the token alone is refused.",
    ...common,
    break: (fleet) =>
      changed(fleet, up, [
        auth(fleet, (auth) => {
          delete auth.token
          Object.assign(auth, { mode: "password", password: fleet.other() })
        }),
      ]),
    cause: {
      scan: /it has a token .*, but \S+ accepts a password/i,
      doctor: /it has a token .*, but \S+ accepts a password/i,
      preview: /^studio .*password/i,
    },
    own: /auth.*password|password.*auth/i,
  },
  {
    id: "both-secrets",
    title: "The gateway's config has a token and a password, and no mode: it refuses to start.",
    ...common,
    break: (fleet) =>
      changed(fleet, /both configured/i, [
        auth(fleet, (auth) => {
          delete auth.mode
          auth.password = fleet.other()
        }),
      ]),
    cause: {
      scan: /does not (?:start|run).*both/i,
      doctor: /does not (?:start|run).*both/i,
      preview: /^studio .*both/i,
    },
    own: /both configured/i,
  },
  {
    id: "trusted-proxy-token",
    title: "The gateway was put behind a proxy (trusted-proxy) and kept its token: it refuses to start.",
    ...common,
    break: (fleet) =>
      changed(fleet, /trusted-proxy/i, [
        configured(fleet.gateway, "openclaw", ({ gateway }) => {
          gateway.auth.mode = "trusted-proxy"
          gateway.auth.trustedProxy = { userHeader: "x-forwarded-user" }
          gateway.trustedProxies = ["10.0.0.250"]
        }),
      ]),
    cause: {
      scan: /does not (?:start|run).*trusted-proxy/i,
      doctor: /does not (?:start|run).*trusted-proxy/i,
      preview: /^studio .*trusted-proxy/i,
    },
    own: /trusted-proxy.*(?:mutually|exclusive|shared|token)/i,
  },
  {
    id: "no-authentication",
    title:
      "The gateway was set to no authentication (none) for a trial, on the loopback: every program there is let in.",
    ...common,
    break: (fleet) =>
      changed(fleet, up, [
        configured(fleet.gateway, "openclaw", ({ gateway }) => {
          gateway.auth.mode = "none"
          gateway.bind = "loopback"
        }),
      ]),
    cause: {
      scan: /accepts a client that sends no token/i,
      doctor: "what hinders the node first is that the gateway listens on the loopback alone",
      preview: /^studio .*(?:lets in|accepts a client|without authentication)/i,
    },
    own: /mode.*none|without auth|no auth/i,
  },
  {
    id: "open-to-all",
    title: "The gateway was set to no authentication (none) while it listens on all addresses: it refuses to start.",
    ...common,
    break: (fleet) =>
      changed(fleet, /refusing|without auth/i, [auth(fleet, (auth) => void Object.assign(auth, { mode: "none" }))]),
    cause: {
      scan: /does not (?:start|run).*auth|without authentication/i,
      doctor: /does not (?:start|run).*auth|without authentication/i,
      preview: /^studio .*auth/i,
    },
    own: /refusing to bind|without auth/i,
  },
  {
    id: "variable-unset",
    title:
      "The gateway's token is written as a reference to CLAW_GATEWAY_SECRET, which is set nowhere: it refuses to start.",
    ...common,
    break: (fleet) =>
      changed(fleet, /CLAW_GATEWAY_SECRET/, [
        auth(fleet, (auth) => void Object.assign(auth, { token: "$" + "{CLAW_GATEWAY_SECRET}" })),
      ]),
    cause: {
      scan: /CLAW_GATEWAY_SECRET/,
      doctor: /CLAW_GATEWAY_SECRET/,
      preview: /^studio .*CLAW_GATEWAY_SECRET/,
    },
    own: /CLAW_GATEWAY_SECRET/,
  },
  {
    id: "redacted-token",
    title: "A config that openclaw had shown with its secrets hidden was pasted back: the token is its placeholder.",
    ...common,
    break: (fleet) =>
      changed(fleet, /\[gateway\] ready|redact|placeholder/i, [
        auth(fleet, (auth) => void Object.assign(auth, { token: "__OPENCLAW_REDACTED__" })),
      ]),
    cause: {
      scan: /__OPENCLAW_REDACTED__|redaction sentinel/,
      doctor: /__OPENCLAW_REDACTED__|redaction sentinel/,
      preview: /^studio .*(?:__OPENCLAW_REDACTED__|redaction sentinel)/,
    },
    own: /REDACTED|placeholder/i,
  },
  {
    id: "wrong-key",
    title: "The gateway's config has the token under gateway.remote.token alone, the key of clients.",
    ...common,
    break: (fleet) =>
      changed(fleet, /\[gateway\] ready|without auth|token/i, [
        configured(fleet.gateway, "openclaw", ({ gateway }) => {
          gateway.remote = { token: fleet.token }
          delete gateway.auth.token
        }),
      ]),
    cause: {
      scan: /gateway\.remote\.token.*that key is what a client sends/i,
      doctor: /Refusing to bind gateway to lan without auth|that key is what a client sends/i,
      preview: /^studio .*(?:gateway\.remote\.token|gateway\.auth\.token|missing)/i,
    },
    own: /remote\.token/,
  },
]

/** Changes how the gateway authenticates. */
function auth({ gateway }: Fleet, change: (auth: Record<string, unknown>) => void): () => void {
  return configured(gateway, "openclaw", (config) => change(config.gateway.auth))
}

/** A change that the gateway takes up at its next start. */
function changed(fleet: Fleet, shows: RegExp, undos: readonly (() => void)[]): Promise<Broken> {
  return started(fleet, undone(undos), shows, "gateway")
}

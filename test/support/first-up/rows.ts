import type { ProductName } from "../../../products/product.ts"
import { commandOf } from "../products/gateway.ts"
import { strong } from "../tokens.ts"

/** Where the token of a gateway is that somebody made by hand, and how it was started. */
export interface Row {
  readonly token: string
  readonly started: "command" | "script" | "systemd --user" | "nothing"
  /** Default: openclaw. */
  readonly product?: ProductName
  /** Default: as the scan declares it. */
  readonly delivery?: "copy" | "reference"
  /** Its config, but for what every gateway has. */
  readonly config?: (at: At) => { readonly gateway?: object; readonly [key: string]: unknown }
  /** The profile of a second gateway in the same home, with the same token. */
  readonly beside?: string
  readonly files?: (at: At) => { readonly [path: string]: string }
  readonly environment?: (at: At) => Readonly<Record<string, string>>
  /** Lines of the unit's `[Service]`. */
  readonly unit?: (at: At) => readonly string[]
  /** `--token` is in the unit's `ExecStart=`. */
  readonly flag?: true
  /** The stack takes the token over from a secret of its configuration. */
  readonly adopts?: "secret"
  /** `overwrite: true` is uncommented in what the scan wrote. */
  readonly overwrites?: true
  /** How long its process is stopped at the beginning of the `up`, in seconds. */
  readonly freezes?: number
  /** What clients show. Default: the token. */
  readonly shows?: "password" | "nothing"
  /** The value that its clients have is a public default. */
  readonly weak?: true
  readonly becomes: Outcome
  /** Part of the suite; the others run with E2E_ROWS=all. */
  readonly always?: true
}

/**
 * `kept`: the stack takes the token over, and clients notice nothing. `restarts`: the same, and the gateway restarts
 * itself once, as announced. `refused`: the preview refuses, and nothing is changed. `rotated`: a published token goes.
 */
export type Outcome = "kept" | "restarts" | "refused" | "rotated"

interface At {
  readonly home: string
  readonly token: string
  /** Its port, and one that nobody has. */
  readonly port: number
  readonly other: number
}

const variable = "OPENCLAW_GATEWAY_TOKEN"
const passwordVariable = "OPENCLAW_GATEWAY_PASSWORD"
const program = commandOf("openclaw", "gateway", "run").join(" ")
const withAuth = (auth: (at: At) => object) => (at: At) => ({ gateway: { auth: auth(at) } })
const literal = withAuth(({ token }) => ({ token }))
const literalByMode = withAuth(({ token }) => ({ mode: "token", token }))
const onlyMode = withAuth(() => ({ mode: "token" }))
const dotenv = ({ token }: At) => ({ ".openclaw/.env": `${variable}=${token}\n` })
// The gateway makes it some time after its start: here it is there from the beginning.
const lastGood = ({ port, token }: At) => ({
  ".openclaw/openclaw.json.last-good": JSON.stringify({ gateway: { mode: "local", port, auth: { token } } }),
})
const environment = ({ token }: At) => ({ [variable]: token })
const assignment = ({ token }: At) => [`Environment=${variable}=${token}`]

const ownFile: Pick<Row, "config" | "files"> = {
  config: ({ home }) => ({
    secrets: { providers: { own: { source: "file", path: `${home}/own/token`, mode: "singleValue" } } },
    gateway: { auth: { mode: "token", token: { source: "file", provider: "own", id: "value" } } },
  }),
  files: ({ token }) => ({ "own/token": `${token}\n` }),
}

const [command, script, user] = ["command", "script", "systemd --user"] as const

/** Every combination that can be; those that cannot are in `impossible`. */
export const rows: readonly Row[] = [
  { token: "config, literal, mode token", started: command, config: literalByMode, becomes: "kept" },
  {
    token: "config, literal, mode token",
    started: command,
    delivery: "reference",
    config: literalByMode,
    becomes: "kept",
  },
  {
    token: "config, literal, mode token, gateway.reload.mode off",
    started: command,
    delivery: "reference",
    config: ({ token }) => ({ gateway: { reload: { mode: "off" }, auth: { mode: "token", token } } }),
    becomes: "refused",
  },
  {
    token: "config, literal, mode token; it answers nothing for 16 s in the `up`",
    started: user,
    delivery: "reference",
    config: literalByMode,
    freezes: 16,
    becomes: "kept",
  },
  { token: "config, literal, no mode", started: command, config: literal, becomes: "kept" },
  {
    token: "config, literal, no mode",
    started: command,
    delivery: "reference",
    config: literal,
    files: lastGood,
    becomes: "restarts",
    always: true,
  },
  { token: "config, literal, no mode", started: user, delivery: "copy", config: literal, becomes: "kept" },
  { token: "config, a reference to a file of one's own", started: command, ...ownFile, becomes: "refused" },
  {
    token: "config, a reference to a file of one's own; overwrite: true",
    started: command,
    ...ownFile,
    overwrites: true,
    becomes: "kept",
  },
  {
    token: "config, beside a gateway of a profile",
    started: command,
    config: literalByMode,
    beside: "work",
    files: ({ other: port, token }) => ({
      ".openclaw-work/openclaw.json": JSON.stringify({
        gateway: { mode: "local", port, bind: "loopback", auth: { mode: "token", token } },
      }),
    }),
    becomes: "kept",
  },
  { token: "config, of a gateway that does not run", started: "nothing", config: literalByMode, becomes: "kept" },
  { token: "config of clawdbot", started: command, product: "clawdbot", config: literal, becomes: "kept" },
  {
    token: ".env of clawdbot",
    started: command,
    product: "clawdbot",
    files: ({ token }) => ({ ".clawdbot/.env": `CLAWDBOT_GATEWAY_TOKEN=${token}\n` }),
    becomes: "restarts",
  },
  { token: ".env, mode token", started: command, config: onlyMode, files: dotenv, becomes: "kept" },
  { token: ".env, no mode", started: command, files: dotenv, becomes: "kept" },
  { token: ".env, no mode", started: command, delivery: "reference", files: dotenv, becomes: "restarts" },
  { token: ".env, no mode", started: command, delivery: "copy", files: dotenv, becomes: "kept" },
  {
    token: "the second .env: ~/.config/openclaw/gateway.env",
    started: command,
    files: ({ token }) => ({ ".config/openclaw/gateway.env": `${variable}=${token}\n` }),
    becomes: "kept",
  },
  { token: "its process's environment", started: command, environment, becomes: "refused", always: true },
  {
    token: "its process's environment, adopted as a secret",
    started: command,
    environment,
    adopts: "secret",
    becomes: "kept",
  },
  {
    token: "its process's environment, adopted as a secret",
    started: command,
    delivery: "reference",
    environment,
    adopts: "secret",
    becomes: "restarts",
  },
  {
    token: "--token in its script",
    started: script,
    files: ({ token }) => ({ "start.sh": `#!/bin/sh\nexec ${program} --token ${token}\n` }),
    becomes: "kept",
    always: true,
  },
  {
    token: "export in its script",
    started: script,
    files: ({ token }) => ({ "start.sh": `#!/bin/sh\nexport ${variable}=${token}\nexec ${program}\n` }),
    becomes: "kept",
  },
  { token: "Environment= of its unit", started: user, unit: assignment, becomes: "kept" },
  { token: "--token in its unit", started: user, flag: true, becomes: "restarts", always: true },
  { token: "a public default in its unit", started: user, unit: assignment, weak: true, becomes: "rotated" },
  {
    token: "EnvironmentFile= of its unit",
    started: user,
    files: ({ token }) => ({ ".openclaw/gateway.systemd.env": `${variable}=${token}\n` }),
    unit: () => ["EnvironmentFile=-%h/.openclaw/gateway.systemd.env"],
    becomes: "kept",
  },
  {
    token: "a drop-in of its unit",
    started: user,
    files: ({ token }) => ({
      ".config/systemd/user/openclaw-gateway.service.d/10-token.conf": `[Service]\nEnvironment=${variable}=${token}\n`,
    }),
    becomes: "kept",
  },
  { token: "a public default in its config", started: command, config: literalByMode, weak: true, becomes: "rotated" },
  { token: "nowhere: it makes one up", started: command, config: onlyMode, shows: "nothing", becomes: "refused" },
  {
    token: "a password in the config, mode password",
    started: command,
    config: withAuth(({ token: password }) => ({ mode: "password", password })),
    shows: "password",
    becomes: "kept",
    always: true,
  },
  {
    token: "a password in the config, no mode",
    started: command,
    config: withAuth(({ token: password }) => ({ password })),
    shows: "password",
    becomes: "kept",
  },
  {
    token: "a password in the config, mode password",
    started: command,
    delivery: "reference",
    config: withAuth(({ token: password }) => ({ mode: "password", password })),
    shows: "password",
    becomes: "kept",
  },
  {
    token: "a password in the config, mode password",
    started: user,
    config: withAuth(({ token: password }) => ({ mode: "password", password })),
    shows: "password",
    becomes: "kept",
  },
  {
    token: "a password in Environment= of its unit",
    started: user,
    unit: ({ token }) => [`Environment=${passwordVariable}=${token}`],
    shows: "password",
    becomes: "kept",
  },
  {
    token: "a password in .env",
    started: command,
    files: ({ token }) => ({ ".openclaw/.env": `${passwordVariable}=${token}\n` }),
    shows: "password",
    becomes: "kept",
  },
  {
    token: "a password in the config of clawdbot",
    started: command,
    product: "clawdbot",
    config: withAuth(({ token: password }) => ({ mode: "password", password })),
    shows: "password",
    becomes: "kept",
  },
  {
    token: "none: a password in .env beside a token",
    started: command,
    files: ({ token }) => ({ ".openclaw/.env": `${variable}=${strong()}\n${passwordVariable}=${token}\n` }),
    shows: "password",
    becomes: "refused",
  },
  {
    token: "none: mode none",
    started: command,
    config: withAuth(() => ({ mode: "none" })),
    shows: "nothing",
    becomes: "refused",
  },
  {
    token: "none: mode trusted-proxy",
    started: command,
    config: ({ token: password }) => ({
      gateway: {
        trustedProxies: ["127.0.0.1"],
        auth: {
          mode: "trusted-proxy",
          password,
          trustedProxy: { userHeader: "x-forwarded-user", allowLoopback: true },
        },
      },
    }),
    shows: "password",
    becomes: "refused",
  },
]

/** Combinations that cannot be, and why. */
export const impossible: readonly (readonly [string, string])[] = [
  ["launchd, without a Mac", "its double starts no gateway: test/on-a-mac.sh"],
  ["a unit's line, started by a command", "only the unit's manager reads it"],
  ["delivery: exec", "it needs a vault: test/engine/vault.test.ts"],
]

export function nameOf({ token, started, delivery = undefined }: Row): string {
  return `${token}; started by ${started}${delivery ? `; delivery: ${delivery}` : ""}`
}

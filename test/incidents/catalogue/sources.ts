import { configured, dropIn, edited, refusedToken, started, undone, withoutState } from "../faults.ts"
import type { Fleet } from "../fleet.ts"
import type { Broken, Incident } from "../incident.ts"

const variable = "OPENCLAW_GATEWAY_TOKEN"
const common = { fleet: "openclaw", at: "node", restarts: ["node"] } as const
const everywhere = ["linux", "macos"] as const

/** Further sources that a node reads its token from, with an old token in each. */
export const sources: readonly Incident[] = [
  {
    id: "second-dotenv",
    title: "The node's second dotenv file, ~/.config/openclaw/gateway.env, has an old token.",
    ...common,
    platforms: everywhere,
    break: (fleet) =>
      refused(fleet, [edited(fleet.node, ".config/openclaw/gateway.env", () => `${variable}=${fleet.other()}\n`)]),
    cause: {
      scan: /gateway\.env.* overrides/i,
      doctor: /gateway\.env.* overrides/i,
      preview: /^tw .*gateway\.env.* (?:wins over|overrides)/i,
    },
    own: /gateway\.env/,
  },
  {
    id: "login-shell",
    title: "The node's config has env.shellEnv on, and the profile of its login shell exports an old token.",
    ...common,
    platforms: everywhere,
    break: (fleet) =>
      refused(fleet, [
        configured(fleet.node, "openclaw", (config) => {
          config.env = { shellEnv: { enabled: true } }
        }),
        edited(fleet.node, ".profile", (text) => `${text}export ${variable}=${fleet.other()}\n`),
      ]),
    cause: {
      scan: /\.profile.* overrides/i,
      doctor: /\.profile.* overrides/i,
      preview: /^tw .*\.profile.* (?:wins over|overrides)/i,
    },
    own: /\.profile|shellEnv/,
  },
  {
    id: "node-auth-token",
    title: "The node's config has its token under gateway.auth.token alone, an old one, and its pairing is gone.",
    ...common,
    platforms: everywhere,
    break: (fleet) =>
      refused(fleet, [
        configured(fleet.node, "openclaw", ({ gateway }) => {
          gateway.auth = { token: fleet.other() }
          delete gateway.remote.token
        }),
        withoutState(fleet.node),
      ]),
    cause: {
      scan: /(?:will be|is) rejected|it would be rejected if it had to pair again/i,
      doctor: /(?:will be|is) rejected|it would be rejected if it had to pair again/i,
      preview: /^tw .*gateway\.auth\.token|^tw .*refused/i,
    },
    own: /auth\.token.*mismatch/,
  },
  {
    id: "node-config-old",
    title: "The node's secret file missed the last rotation, and its pairing is gone: it is refused.",
    ...common,
    platforms: everywhere,
    break: (fleet) =>
      refused(fleet, [
        edited(fleet.node, ".openclaw/gatekey/gateway-token", () => `${fleet.other()}\n`),
        withoutState(fleet.node),
      ]),
    cause: {
      scan: /will be rejected:.*gateway-token/i,
      doctor: /will be rejected:.*gateway-token/i,
      preview: /^tw .*gateway-token|^tw secret file/i,
    },
    own: /gateway-token/,
  },
  {
    id: "included-token",
    title: "The node's config includes another file ($include), which has an old token.",
    ...common,
    platforms: everywhere,
    break: (fleet) => {
      const text = JSON.stringify({ url: `ws://studio.local:${fleet.port}`, token: fleet.other() })
      return refused(fleet, [
        edited(fleet.node, ".openclaw/parts/remote.json5", () => text),
        configured(fleet.node, "openclaw", ({ gateway }) => {
          gateway.remote = { $include: "./parts/remote.json5" }
        }),
        withoutState(fleet.node),
      ])
    },
    cause: {
      scan: /remote\.json5.*sends B/i,
      doctor: /remote\.json5.*sends B/i,
      preview: /^tw .*remote\.json5/i,
    },
    own: /remote\.json5/,
  },
  {
    id: "substituted-token",
    title: "The node's config names a variable (a reference to NODE_SECRET), which its .env sets to an old token.",
    ...common,
    platforms: everywhere,
    break: (fleet) =>
      refused(fleet, [
        edited(fleet.node, ".openclaw/.env", () => `NODE_SECRET=${fleet.other()}\n`),
        configured(fleet.node, "openclaw", ({ gateway }) => {
          gateway.remote.token = "$" + "{NODE_SECRET}"
        }),
        withoutState(fleet.node),
      ]),
    cause: {
      scan: /(?:NODE_SECRET|\.env).*sends B/i,
      doctor: /(?:NODE_SECRET|\.env).*sends B/i,
      preview: /^tw .*(?:NODE_SECRET|\.env)/i,
    },
    own: /NODE_SECRET/,
  },
  {
    id: "config-variable",
    title: "The node's config sets the variable itself (env.vars) to an old token.",
    ...common,
    platforms: everywhere,
    break: (fleet) =>
      refused(fleet, [
        configured(fleet.node, "openclaw", (config) => {
          config.env = { vars: { [variable]: fleet.other() } }
        }),
      ]),
    cause: {
      scan: /env\.vars|config.* overrides/i,
      doctor: /env\.vars|config.* overrides/i,
      preview: /^tw .*(?:env\.vars|config environment).* (?:wins over|overrides)/i,
    },
    own: /env\.vars/,
  },
  {
    id: "wrapper-script",
    title: "The node's unit starts a script of the user's, which exports an old token before it starts the node.",
    ...common,
    platforms: everywhere,
    break: (fleet) => {
      const { node } = fleet
      const [, command = ""] = /^ExecStart=(.*)$/m.exec(node.read(node.definition)) ?? []
      return refused(fleet, [
        edited(node, "bin/start-node", () => `#!/bin/sh\nexport ${variable}=${fleet.other()}\nexec ${command}\n`),
        dropIn(node, "[Service]\nExecStart=\nExecStart=/bin/sh %h/bin/start-node\n"),
      ])
    },
    cause: {
      scan: /start-node/,
      doctor: /start-node/,
      preview: /^tw .*(?:start-node|sends)/,
    },
    own: /start-node/,
  },
  {
    id: "manager-environment",
    title: "The user's service manager was given an old token for all its services (systemctl --user set-environment).",
    ...common,
    platforms: ["linux"],
    break: (fleet) => {
      fleet.node.run(`systemctl --user set-environment ${variable}=${fleet.other()}`)
      return refused(fleet, [() => void fleet.node.run(`systemctl --user unset-environment ${variable}`)])
    },
    cause: {
      scan: /environment of systemd \(OPENCLAW_GATEWAY_TOKEN\) overrides/i,
      doctor: /environment of systemd \(OPENCLAW_GATEWAY_TOKEN\) overrides/i,
      preview: /^tw .*OPENCLAW_GATEWAY_TOKEN|^tw .* (?:wins over|overrides)/i,
    },
    own: /set-environment|OPENCLAW_GATEWAY_TOKEN/,
  },
  {
    id: "environment-d",
    title: "A file of ~/.config/environment.d gives an old token to all services of the user.",
    ...common,
    platforms: ["linux"],
    break: (fleet) => {
      const { node } = fleet
      const undo = edited(node, ".config/environment.d/50-claw.conf", () => `${variable}=${fleet.other()}\n`)
      node.reload()
      return refused(fleet, [
        () => {
          undo()
          node.run(`systemctl --user daemon-reload; systemctl --user unset-environment ${variable}`)
        },
      ])
    },
    cause: {
      scan: /environment\.d\/50-claw\.conf/,
      doctor: /environment\.d\/50-claw\.conf/,
      preview: /^tw .*(?:environment\.d| (?:wins over|overrides))/,
    },
    own: /environment\.d|OPENCLAW_GATEWAY_TOKEN/,
  },
  {
    id: "environment-file-order",
    title: "The node's unit names two environment files by a pattern; the later one has an old token.",
    ...common,
    platforms: ["linux"],
    break: (fleet) =>
      refused(fleet, [
        edited(fleet.node, "claw/10.env", () => `${variable}=${fleet.token}\n`),
        edited(fleet.node, "claw/20.env", () => `${variable}=${fleet.other()}\n`),
        dropIn(fleet.node, "[Service]\nEnvironmentFile=%h/claw/*.env\n"),
      ]),
    cause: {
      scan: /20\.env.* overrides/i,
      doctor: /20\.env.* overrides/i,
      preview: /^tw .*20\.env/i,
    },
    own: /20\.env/,
  },
]

/** The node is started with what was changed, and is refused. */
function refused(fleet: Fleet, undos: readonly (() => void)[]): Promise<Broken> {
  return started(fleet, undone(undos), refusedToken)
}

import { configured, dropIn, edited, started, undone, withoutState } from "../faults.ts"
import type { Fleet, Member } from "../fleet.ts"
import type { Incident } from "../incident.ts"
import { until } from "../machine.ts"

const common = { fleet: "openclaw", platforms: ["linux", "macos"], at: "node" } as const
const unreachable = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|closed|failed|connect/i

/** The node looks for its gateway where it is not, or not as it is. */
export const passages: readonly Incident[] = [
  {
    id: "no-host",
    title: "The node is started without --host; gateway.remote.url, which it has, is not read by a node.",
    ...common,
    restarts: ["node"],
    break: (fleet) =>
      started(
        fleet,
        // Its store knows the gateway of before.
        undone([
          withoutState(fleet.node),
          withWords(fleet.node, (words) => words.replace(/ --host \S+ --port \d+/, "")),
        ]),
        /ECONNREFUSED/,
      ),
    cause: {
      scan: /\S+ finds no gateway at 127\.0\.0\.1:18789/i,
      doctor: /\S+ finds no gateway at 127\.0\.0\.1:18789/i,
      preview: /^tw .*127\.0\.0\.1/,
    },
    own: /127\.0\.0\.1:18789/,
  },
  {
    id: "wrong-port",
    title: "The node is started with another port (--port 18790) than the gateway's.",
    ...common,
    restarts: ["node"],
    break: (fleet) =>
      started(
        fleet,
        withWords(fleet.node, (words) => words.replace("--port 18789", "--port 18790")),
        unreachable,
      ),
    cause: {
      scan: /\S+ finds no gateway at studio\.local:18790/i,
      doctor: /\S+ finds no gateway at studio\.local:18790/i,
      preview: /^tw .*18790/,
    },
    own: /18790/,
  },
  {
    id: "unknown-name",
    title: "The node is started with a name that does not exist (--host studoi.local).",
    ...common,
    restarts: ["node"],
    break: (fleet) =>
      started(
        fleet,
        withWords(fleet.node, (words) => words.replace("studio.local", "studoi.local")),
        unreachable,
      ),
    cause: {
      scan: /name studoi\.local is not resolved/i,
      doctor: /name studoi\.local is not resolved/i,
      preview: /^tw .*studoi\.local/,
    },
    own: /studoi/,
  },
  {
    id: "no-tls",
    title: "The gateway was changed to TLS, and its node still connects without it.",
    ...common,
    restarts: ["gateway", "node"],
    async break(fleet) {
      const { gateway, node } = fleet
      gateway.asRoot("mkdir -p /etc/ssl; printf '[req]\\ndistinguished_name=dn\\n[dn]\\n' >/etc/ssl/openssl.cnf")
      const undo = configured(gateway, "openclaw", (config) => {
        config.gateway.tls = { enabled: true }
      })
      gateway.restart()
      await gateway.told(/\[gateway\] ready/)
      node.restart()
      await node.told(unreachable)
      return { mend: undo, restarts: ["gateway", "node"] }
    },
    cause: {
      scan: /studio\.local:18789 speaks TLS, but \S+ connects without it/i,
      doctor: /studio\.local:18789 speaks TLS, but \S+ connects without it/i,
      preview: /handshake.*TLS/i,
    },
    own: /TLS|wss/,
  },
  {
    id: "gateway-off",
    title: "The gateway's service was stopped for maintenance, and not started again.",
    ...common,
    at: "gateway",
    restarts: ["gateway"],
    async break({ gateway }) {
      gateway.halt()
      return { mend: () => {}, restarts: ["gateway"] }
    },
    cause: {
      scan: /openclaw-gateway\.service on \S+ is (?:stopped|not running|inactive)|gateway.* does not run/i,
      doctor: /openclaw-gateway\.service on \S+ is (?:stopped|not running|inactive)|gateway.* does not run/i,
      preview: /^studio .*(?:not running|stopped|refused|inactive|nothing listens)/i,
    },
    own: /not running|stopped|inactive|ECONNREFUSED/i,
  },
  {
    id: "gateway-config-broken",
    title: "The gateway's config was broken by an edit (a quotation mark is missing), and the gateway was restarted.",
    ...common,
    at: "gateway",
    restarts: ["gateway"],
    break(fleet) {
      const undo = edited(fleet.gateway, ".openclaw/openclaw.json", (text) => text.replace('"lan"', '"lan'))
      return started(fleet, undo, /JSON5|invalid/i, "gateway")
    },
    cause: {
      scan: /openclaw\.json.*is not JSON5/i,
      doctor: /openclaw\.json.*is not JSON5/i,
      preview: /studio .*is not JSON5/i,
    },
    own: /JSON5|parse|invalid config|config.*invalid/i,
  },
  {
    id: "gateway-unknown-key",
    title: "The gateway's config has a key of another version, which openclaw refuses; the gateway was restarted.",
    ...common,
    at: "gateway",
    restarts: ["gateway"],
    break(fleet) {
      const undo = configured(fleet.gateway, "openclaw", (config) => {
        config.gateway.auth.bogus = true
      })
      return started(fleet, undo, /Unrecognized key/i, "gateway")
    },
    cause: {
      scan: /key that openclaw refuses.*gateway\.auth\.bogus/i,
      doctor: /key that openclaw refuses.*gateway\.auth\.bogus/i,
      preview: /^studio .*key that openclaw refuses.*gateway\.auth\.bogus/i,
    },
    own: /Unrecognized key.*bogus/i,
  },
  {
    id: "starting",
    title: "The gateway was started a moment ago, and does not listen yet.",
    ...common,
    at: "gateway",
    restarts: ["gateway"],
    async break({ gateway }) {
      // It is held before it opens its port, as a machine under load holds it.
      gateway.restart()
      await until(
        () => gateway.systemctl("show", "-P", "MainPID", gateway.service).trim() !== "0",
        () => gateway.log(),
      )
      gateway.systemctl("kill", "--signal=STOP", gateway.service)
      return { mend: () => void gateway.systemctl("kill", "--signal=CONT", gateway.service), restarts: ["gateway"] }
    },
    cause: {
      scan: /is starting.* not known yet/i,
      doctor: /is starting.* not known yet/i,
      preview: /^(?:studio|tw) .*(?:starting|refused|nothing listens)/i,
    },
    ends: 2,
    own: /starting|warm-?up/i,
  },
  {
    id: "second-home",
    title: "A profile of a trial install goes to the same gateway with another token: its commands are refused.",
    ...common,
    at: "gateway",
    async break(fleet) {
      return { mend: secondHome(fleet) }
    },
    cause: {
      scan: /\.openclaw-trial/,
      doctor: /\.openclaw-trial/,
      preview: "it looks at the homes that are declared",
    },
    own: /openclaw-trial/,
  },
]

function withWords(node: Member, change: (words: string) => string): () => void {
  const [, command = ""] = /^ExecStart=(.*)$/m.exec(node.read(node.definition)) ?? []
  return undone([dropIn(node, `[Service]\nExecStart=\nExecStart=${change(command)}\n`)])
}

function secondHome({ gateway, other, port }: Fleet): () => void {
  gateway.run("mkdir -p -m 700 ~/.openclaw-trial")
  const text = JSON.stringify({ gateway: { mode: "local", port, auth: { mode: "token", token: other() } } })
  gateway.write(".openclaw-trial/openclaw.json", text)
  return () => void gateway.run("rm -r ~/.openclaw-trial")
}

import { edited, undone } from "../faults.ts"
import type { Fleet } from "../fleet.ts"
import type { Incident } from "../incident.ts"

const home = "laptop"
const config = `${home}/.openclaw/openclaw.json`
const common = { fleet: "openclaw", platforms: ["linux", "macos"], at: "node", home } as const
const preview = "it looks at gateways and nodes; a client has nothing to declare but its `places`"

/** A home where only the command line is used: it is configured for the remote gateway, and runs no node. */
export const clients: readonly Incident[] = [
  {
    id: "client-old-token",
    title: "On a laptop gateway.remote.token is an old one; the right one in its .env does not count before it.",
    ...common,
    async break(fleet) {
      return { mend: client(fleet, { token: fleet.other() }, `OPENCLAW_GATEWAY_TOKEN=${fleet.token}\n`) }
    },
    cause: {
      scan: /laptop\) will be rejected: its config .* overrides .*\.env/i,
      doctor: /will be rejected: its config .* overrides .*\.env/i,
      preview,
    },
    own: /token mismatch/i,
  },
  {
    id: "client-no-token",
    title: "On a laptop the config names the remote gateway, and no token is anywhere.",
    ...common,
    async break(fleet) {
      return { mend: client(fleet, {}) }
    },
    cause: {
      scan: /CLI on .* has no token to send/i,
      doctor: /CLI on .* has no token to send/i,
      preview,
    },
    own: /token (?:missing|required)|no token/i,
  },
  {
    id: "client-dotenv",
    title: "On a laptop the token is in ~/.openclaw/.env alone, and it is an old one.",
    ...common,
    async break(fleet) {
      return { mend: client(fleet, {}, `OPENCLAW_GATEWAY_TOKEN=${fleet.other()}\n`) }
    },
    cause: {
      scan: /refused.*\.env|\.env.*refused/i,
      doctor: /refused.*\.env|\.env.*refused/i,
      preview,
    },
    own: /token mismatch/i,
  },
]

function client({ gateway, node, port }: Fleet, remote: object, dotenv?: string): () => void {
  const text = JSON.stringify({ gateway: { mode: "remote", remote: { url: `ws://studio.local:${port}`, ...remote } } })
  node.run(`mkdir -p -m 700 ~/${home} ~/${home}/.openclaw`)
  // A scan of both hosts looks for both homes on each.
  gateway.run(`mkdir -p -m 700 ~/${home}`)
  return undone([
    () => {
      for (const each of [gateway, node]) each.run(`rm -rf ~/${home}`)
    },
    edited(node, config, () => text),
    ...(dotenv ? [edited(node, `${home}/.openclaw/.env`, () => dotenv)] : []),
  ])
}

import { randomBytes } from "node:crypto"
import { setTimeout as pause } from "node:timers/promises"
import { configured, dropIn } from "../faults.ts"
import type { Member } from "../fleet.ts"
import type { Incident } from "../incident.ts"
import { knockAs } from "../knock.ts"
import { until } from "../machine.ts"

/** What lies between the node and its gateway. */
export const network: readonly Incident[] = [
  {
    id: "firewall",
    title: "A firewall on the gateway's host drops what comes from the node.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    async break({ gateway, node, port }) {
      const rule = ["INPUT", "-p", "tcp", "--dport", `${port}`, "-s", node.address, "-j", "DROP"]
      gateway.network("iptables", "-I", ...rule)
      return { mend: () => void gateway.network("iptables", "-D", ...rule) }
    },
    cause: {
      scan: /firewall/i,
      doctor: /firewall/i,
      preview: /^tw .*firewall/i,
    },
    own: /\btimeout\b|timed out|ETIMEDOUT|firewall/i,
  },
  {
    id: "wrong-address",
    title: "The gateway's name leads to another machine: a stale line in /etc/hosts of the node's host.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    async break({ gateway, node }) {
      const hosts = node.asRoot("cat /etc/hosts")
      const elsewhere = gateway.address.replace(/\d+$/, "253")
      node.asRoot(`sed -i 's/^.* studio.local$/${elsewhere} studio.local/' /etc/hosts`)
      return { mend: () => void node.asRoot(`cat >/etc/hosts <<'X'\n${hosts}X`) }
    },
    cause: {
      scan: /name studio\.local means .*\.253.*which is not/i,
      doctor: /name studio\.local means .*\.253.*which is not/i,
      preview: /^tw .*(?:\.253|no route)/i,
    },
    own: /EHOSTUNREACH|ENETUNREACH|\.253/,
  },
  {
    id: "lock-out",
    title: "After too many wrong tokens from its address the node is locked out, also with the right one.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    async break({ node, port, other }) {
      const wrong = other()
      await until(
        async () => /RATE_LIMITED/.test(await knockAs(node, `ws://studio.local:${port}`, wrong)),
        () => "the gateway never locked it out",
      )
      return { mend: () => pause(12_500) }
    },
    cause: {
      scan: /locked out of .* too many wrong tokens/i,
      doctor: /locked out of .* too many wrong tokens/i,
      preview: /tw handshake.*rate limited/i,
    },
    own: /rate.?limit|too many failed/i,
  },
  {
    id: "tls-pin",
    title: "The gateway speaks TLS with a new certificate; its node still pins the fingerprint of the one before.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    restarts: ["gateway", "node"],
    async break(fleet) {
      const { gateway, node, port } = fleet
      const pin = randomBytes(32).toString("hex")
      // The gateway has openssl make its certificate.
      gateway.asRoot("mkdir -p /etc/ssl; printf '[req]\\ndistinguished_name=dn\\n[dn]\\n' >/etc/ssl/openssl.cnf")
      const undo = [
        configured(gateway, "openclaw", (config) => {
          config.gateway.tls = { enabled: true }
        }),
        configured(node, "openclaw", (config) => {
          Object.assign(config.gateway.remote, { url: `wss://studio.local:${port}`, tlsFingerprint: pin })
        }),
        dropIn(node, `[Service]\nExecStart=\nExecStart=${withPin(node, pin)}\n`),
      ]
      // What it was told once of TLS, the node keeps in its store.
      node.halt()
      node.run("cp -a ~/.openclaw/state ~/.openclaw/state-of-before")
      gateway.restart()
      await gateway.told(/\[gateway\] ready/)
      fleet.declare({ gateway: { tlsFingerprint: pin } })
      node.restart()
      await node.told(/fingerprint mismatch/i)
      return {
        mend() {
          fleet.declare({})
          for (const each of undo) each()
          node.halt()
          node.run("rm -r ~/.openclaw/state; mv ~/.openclaw/state-of-before ~/.openclaw/state")
        },
        restarts: ["gateway", "node"],
      }
    },
    cause: {
      scan: /certificate.*fingerprint differs/i,
      doctor: /certificate.*fingerprint differs/i,
      preview: /handshake.*fingerprint differs/i,
    },
    own: /fingerprint/i,
  },
]

function withPin(node: Member, pin: string): string {
  const [, command = ""] = /^ExecStart=(.*)$/m.exec(node.read(node.definition)) ?? []
  return `${command} --tls --tls-fingerprint ${pin}`
}

import { commandOf } from "../../support/products/gateway.ts"
import { configured, transient } from "../faults.ts"
import type { Incident } from "../incident.ts"
import { until } from "../machine.ts"

/** Who has the gateway's port, and where it listens. */
export const listeners: readonly Incident[] = [
  {
    id: "port-taken",
    title: "The gateway's port belongs to another program, a web server; the gateway cannot start.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "gateway",
    restarts: ["gateway"],
    async break({ gateway, port }) {
      gateway.halt()
      const end = transient(gateway, "web", `/usr/bin/python3 -m http.server ${port}`)
      await until(
        () => gateway.run(`curl -s -o /dev/null http://127.0.0.1:${port}/ && echo up || :`) !== "",
        () => "no web server",
      )
      return { mend: end, restarts: ["gateway"] }
    },
    cause: {
      scan: /port 18789.*(?:python3|web\.service)/i,
      doctor: /port.*(?:python3|web\.service)|(?:python3|web\.service).*port/i,
      preview: /studio port 18789.*port 18789 is used by .*web\.service/i,
    },
    own: /python3|port 18789 is already in use|non-gateway|another process/i,
  },
  {
    id: "roots-gateway",
    title: "root's system service runs the gateway, with a config of root's own, instead of the user's service.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "gateway",
    restarts: ["gateway"],
    async break({ gateway, port, other }) {
      const config = JSON.stringify({
        gateway: {
          mode: "local",
          port,
          bind: "lan",
          controlUi: { enabled: false },
          auth: { mode: "token", token: other() },
        },
      })
      gateway.write("tmp/roots", config)
      gateway.halt()
      gateway.asRoot(
        `umask 077; mkdir -p ~/.openclaw; mv /home/oc/tmp/roots ~/.openclaw/openclaw.json; chown root ~/.openclaw/openclaw.json
sed 's/^WantedBy=.*/WantedBy=multi-user.target/; s/^Environment=/Environment=HOME=\\/root /' /home/oc/${gateway.definition} >/etc/systemd/system/${gateway.service}
systemctl daemon-reload; systemctl start ${gateway.service}`,
      )
      await until(
        () => gateway.run(`curl -sf http://127.0.0.1:${port}/readyz || :`).includes('"ready":true'),
        () => gateway.asRoot(`journalctl -u ${gateway.service} -n 20 --no-pager`),
      )
      return {
        mend: () =>
          void gateway.asRoot(
            `systemctl stop ${gateway.service}; rm /etc/systemd/system/${gateway.service}; systemctl daemon-reload; rm -r ~/.openclaw`,
          ),
        // It has shown its device token to that gateway, and thrown it away.
        restarts: ["gateway", "node"],
      }
    },
    cause: {
      scan: /port 18789.*root/i,
      doctor: /port 18789.*root|root.*port 18789/i,
      preview: /studio port 18789.*root/i,
    },
    own: /\broot\b|system-level|system service|already in use/i,
  },
  {
    id: "second-gateway",
    title: "A second gateway, clawdbot's of last year, still runs on the node's host as a service.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "node",
    async break({ node, port, other }) {
      node.run("mkdir -p -m 700 ~/.clawdbot")
      node.write(
        ".clawdbot/clawdbot.json",
        JSON.stringify({ gateway: { mode: "local", port, auth: { token: other() } } }),
      )
      const end = transient(node, "clawdbot-gateway", commandOf("clawdbot", "gateway", "run").join(" "))
      await until(
        () => node.run(`ss -Htln 'sport = :${port}'`) !== "",
        () => node.run("journalctl --user -u clawdbot-gateway -n 20 --no-pager"),
      )
      return {
        mend() {
          end()
          node.run("rm -r ~/.clawdbot")
        },
      }
    },
    cause: {
      scan: /second gateway runs/i,
      doctor: /second gateway runs/i,
      preview: /^tw stray gateway.*clawdbot-gateway/i,
    },
    own: /clawdbot-gateway|other gateway|multiple gateway|gateway-like/i,
  },
  {
    id: "loopback-only",
    title: "The gateway listens on the loopback alone; its node is on another machine.",
    fleet: "openclaw",
    platforms: ["linux", "macos"],
    at: "gateway",
    restarts: ["gateway"],
    async break({ gateway, port }) {
      const undo = configured(gateway, "openclaw", (config) => {
        config.gateway.bind = "loopback"
      })
      gateway.restart()
      await until(
        () => gateway.run(`curl -sf http://127.0.0.1:${port}/readyz || :`).includes('"ready":true'),
        () => gateway.log(),
      )
      return { mend: undo, restarts: ["gateway"] }
    },
    cause: {
      scan: /listens on 127\.0\.0\.1 only/i,
      doctor: /listens on 127\.0\.0\.1 only/i,
      preview: /^tw .*listens on 127\.0\.0\.1 only/i,
    },
    own: /bind=loopback|loopback-only/i,
  },
]

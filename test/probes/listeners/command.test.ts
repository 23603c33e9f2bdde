import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseCommand } from "../../../probes/listeners/command.ts"
import { strongTokens } from "../../support/tokens.ts"

test.each([
  ["/usr/bin/node", "node /srv/app/server.js --token=secret", { program: "node", script: "server.js" }],
  ["/usr/bin/node", "node --import /x/hook.mjs app", { program: "node", script: "hook.mjs" }],
  ["/usr/bin/node", "node -e server.listen(1).js", { program: "node" }],
  ["/usr/bin/python3.11", "python3 -m http.server 18789", { program: "python3.11", script: "http.server" }],
  ["/usr/bin/python3", "python3 -c import.py", { program: "python3" }],
  ["/bin/busybox", "nc -l -p 18789", { program: "busybox" }],
  ["/usr/sbin/haproxy", "/usr/sbin/haproxy -f /etc/haproxy.cfg", { program: "haproxy" }],
  ["/usr/bin/socat (deleted)", "socat - -", { program: "socat" }],
  ["", "nginx: master process", { program: "nginx:" }],
  ["docker-proxy", "docker-proxy -host-port 18789", { program: "docker-proxy" }],
])("parses the command line of %s: %s", (program, words, expected) => {
  expect(parseCommand(program, words.split(" "))).toEqual(expected)
})

describe("recognises a gateway's command line", () => {
  test.each([
    ["node /x/openclaw/openclaw.mjs gateway run", "openclaw"],
    ["node /x/node_modules/openclaw/dist/index.js gateway --port 18789", "openclaw"],
    ["node /usr/local/bin/openclaw gateway", "openclaw"],
    ["node /usr/local/bin/openclaw --profile work gateway run", "openclaw"],
    ["/bin/sh /x/wrapper.sh /x/env node /x/openclaw/dist/index.js gateway --port 1", "openclaw"],
    ["openclaw-gateway", "openclaw"],
    ["node /x/clawdbot/dist/entry.js gateway run", "clawdbot"],
    ["clawdbot-gateway", "clawdbot"],
    ["node /x/openclaw.mjs node run --host gateway", undefined],
    ["node /x/openclaw.mjs gateway health", undefined],
    ["node /x/openclaw.mjs gateway status --json", undefined],
    ["grep openclaw", undefined],
    ["node /x/server.js gateway", undefined],
    ["nginx-gateway", undefined],
  ])("%s: %s", (words, product) => {
    expect(parseCommand("/usr/bin/node", words.split(" ")).gateway).toBe(product)
  })
})

test("keeps no token of the arguments", () => {
  const word = fc.constantFrom("--token", "-t", "--auth", "run", "gateway", "openclaw", "-m", "-r", "/x/a.js")
  const around = fc.tuple(fc.array(word), fc.array(word))
  const program = fc.constantFrom("/usr/bin/node", "/usr/bin/python3", "/opt/thing", "")
  const shape = fc.constantFrom(
    (token: string) => token,
    (token: string) => `--token=${token}`,
  )
  fc.assert(
    fc.property(program, around, strongTokens, shape, (program, [before, after], token, shaped) => {
      // What stands where a module's name or a path is due cannot be told from one.
      fc.pre(before.at(-1) !== "-m" && !token.startsWith("/"))
      expect(JSON.stringify(parseCommand(program, ["x", ...before, shaped(token), ...after]))).not.toContain(token)
    }),
  )
})

import { describe, expect, test } from "vitest"
import { exposedGateway } from "../../policy/rules/exposed-gateway.ts"
import { tokenInArguments } from "../../policy/rules/token-in-arguments.ts"
import { strong } from "../support/tokens.ts"
import { hidden, messagesOf, ours, subject } from "./subjects.ts"

const container = "docker:index/container:Container"
const command = "command:local:Command"
const token = hidden(strong())
const short = hidden("sesame99")
const stack = ours("Token", { value: token, previous: "", generations: JSON.stringify([{ value: token }]) })

describe("token-in-arguments", () => {
  test.each([
    [
      "a declared argument",
      ours("Placement", { must: "token", locator: "--token" }),
      /declares the token as an argument/,
    ],
    [
      "a word of a container's command",
      subject(container, { command: ["node", "--token", short] }),
      /^command contains/,
    ],
    [
      "one word of it",
      subject(container, { command: ["node", `--token=${short}`] }),
      /^command contains a token in an arg/,
    ],
    ["an entry point", subject(container, { entrypoints: ["gw", "--token", short] }), /^entrypoints contains/],
    ["a health check", subject(container, { healthcheck: { tests: ["CMD", "gw", "--token", short] } }), /^healthcheck/],
    [
      "a command line",
      subject(command, { create: `openclaw nodes status --token ${short}` }),
      /^create contains a token/,
    ],
    ["a quoted one", subject(command, { update: `sh -c 'openclaw --token "${short}"'` }), /^update contains a token/],
    ["what a shell expands", subject(command, { create: 'openclaw status --token "$TOKEN"' }), /^create contains/],
    [
      "the value itself",
      subject(command, { create: `curl -H 'X-Auth: ${token}' http://localhost` }),
      /^create contains/,
    ],
    ["a pod", subject("kubernetes:core/v1:Pod", { spec: { containers: [{ args: [`-t=${token}`] }] } }), /^spec.cont/],
    [
      "a query",
      ours("Handshake", { url: `wss://studio.local:18789/?token=${short}` }),
      /^url contains a token in a URL/,
    ],
    ["a later query", ours("Handshake", { url: `ws://h/?a=1&access_token=${short}` }), /in a URL/],
    ["a fragment", subject("x:y:Link", { href: `https://studio/#token=${short}` }), /^href contains a token in a URL/],
    ["a password", subject("x:y:Link", { href: `https://me:${short}@studio/` }), /in a URL/],
    ["the value in a path", subject("x:y:Link", { links: [`https://studio/${token}/ui`] }), /^links contains/],
    ["a URL in a command", subject(command, { create: `open 'http://h:18789/?token=${short}'` }), /in a URL/],
  ])("reports %s", (_, one, words) => {
    expect(messagesOf(tokenInArguments, [stack, one])).toEqual([expect.stringMatching(words)])
  })

  test.each([
    ["the Token itself", stack],
    ["a place that must hold no argument", ours("Placement", { must: "nothing", locator: "--token" })],
    ["a place in the environment", ours("Placement", { must: "token", locator: "OPENCLAW_GATEWAY_TOKEN" })],
    ["what a place remembers of the token", ours("Placement", { value: token, ring: token })],
    ["a container's environment", subject(container, { envs: [`OPENCLAW_GATEWAY_TOKEN=${token}`] })],
    ["a command's standard input", subject(command, { create: "tell-phone", stdin: token })],
    ["a file of a token", subject(container, { command: ["gw", "--token-file", "/run/token"] })],
    ["a file of a token, in a line", subject(command, { create: "gw --token-file=/run/token --tokens 5" })],
    ["a flag that is given nothing", subject(container, { command: ["gw", "--token"] })],
    ["a flag before another", subject(command, { create: "openclaw config --token --json" })],
    ["talk of one", subject(container, { labels: [{ label: "note", value: "never --token abc" }] })],
    ["a plain URL", ours("Handshake", { url: "wss://studio.local:18789" })],
    ["another query", ours("Handshake", { url: "https://h/?tokens=5&tokenType=x#token" })],
    ["an empty query", ours("Handshake", { url: "https://h/?token=&a=1" })],
    ["a user without a password", subject("x:y:Link", { href: "https://me@studio:18789/a:b@c" })],
    ["a host over ssh", ours("Placement", { must: "token", host: "ssh://me@tw.local:22", locator: "a" })],
    ["a database's URL", subject("x:y:Db", { url: "postgres://me:pw@db/x" })],
  ])("accepts %s", (_, one) => {
    expect(messagesOf(tokenInArguments, one === stack ? [stack] : [stack, one])).toEqual([])
  })
})

describe("exposed-gateway", () => {
  const listener = (addresses: string[], more = {}) =>
    ours("Listener", { host: "local", port: 18789, role: "gateway", addresses, ...more })
  const incarnation = (...ports: string[]) => ours("Incarnation", { host: "ssh://box", name: "gw", ports })
  const published = (ip?: string, more = {}) =>
    subject(container, {
      name: "gw",
      image: "ghcr.io/openclaw/openclaw:2026.9.1",
      ports: [{ internal: 18789, external: 8080, ...(ip === undefined ? {} : { ip }) }],
      ...more,
    })
  const service = (...words: string[]) =>
    ours("Service", { host: "local", manager: "systemd", program: { command: ["/usr/bin/openclaw", ...words] } })

  test.each([
    ["all addresses", listener(["0.0.0.0"]), /port 18789 on 0\.0\.0\.0 is open .*\["local\|18789"\]/],
    ["all of IPv6", listener(["::"]), /on ::/],
    ["all, as a Mac says it", listener(["any address"]), /any address/],
    ["one of the network, beside the loopback", listener(["127.0.0.1", "192.168.1.10"]), /on 192\.168\.1\.10/],
    ["a published port", incarnation("0.0.0.0:18789->18789"), /\["ssh:\/\/box\|18789"\]/],
    ["a port published on the network", incarnation("192.168.1.10:8080->18789"), /port 8080/],
    ["a container's port without an address", published(), /port 8080 on 0\.0\.0\.0/],
    ["a container's port on an empty address", published(""), /port 8080 on 0\.0\.0\.0/],
    [
      "a container told by its name",
      published("::", { image: "sha256:abc", name: "clawdbot-gateway-secure" }),
      /on ::/,
    ],
    [
      "a container in the host's network",
      published("127.0.0.1", { networkMode: "host", command: ["node", "x.js", "gateway", "--bind", "lan"] }),
      /on lan/,
    ],
    ["a program that is told to", service("gateway", "run", "--bind", "lan"), /port 18789 on lan/],
    ["a program with another port", service("gateway", "--bind=tailnet", "--port=19000"), /port 19000 on tailnet/],
  ])("reports %s", (_, one, words) => {
    expect(messagesOf(exposedGateway, [one])).toEqual([expect.stringMatching(words)])
  })

  test.each([
    ["the loopback", listener(["127.0.0.1", "::1", "::ffff:127.0.0.1", "127.0.0.53"])],
    ["a gateway that nobody has seen", listener([])],
    ["one that the preview does not know", ours("Listener", { host: "local", port: 18789, role: "gateway" })],
    ["a host without a gateway", listener(["0.0.0.0"], { role: "node" })],
    ["a container's loopback", incarnation("127.0.0.1:18789->18789", "[::1]:18789->18789")],
    ["a container that publishes nothing", incarnation()],
    ["a container's port on the loopback", published("127.0.0.1")],
    ["another port of it", published("0.0.0.0", { ports: [{ internal: 3000, external: 3000 }] })],
    ["another's container", published("0.0.0.0", { image: "nginx:1.27.0", name: "web" })],
    ["what its Incarnation tells", published("0.0.0.0", { labels: [{ label: "gatekey.incarnation", value: "1" }] })],
    ["a program on the loopback", service("gateway", "--bind", "loopback")],
    ["a program with TLS", service("gateway", "--bind", "lan", "--tls")],
    ["a program that says nothing", service("gateway", "run")],
    ["a node's program", service("node", "run", "--bind", "lan")],
  ])("accepts %s", (_, one) => {
    expect(messagesOf(exposedGateway, [one])).toEqual([])
  })

  test("accepts a gateway whose certificate's fingerprint is declared for that host and port", () => {
    const open = listener(["0.0.0.0"])
    const at = { host: "local", port: 18789, tlsFingerprint: "ab:cd" }
    expect(messagesOf(exposedGateway, [open, ours("Handshake", at)])).toEqual([])
    expect(messagesOf(exposedGateway, [open, ours("Service", { host: "local", gateway: at })])).toEqual([])
    expect(messagesOf(exposedGateway, [open, ours("Handshake", { ...at, port: 1 })])).toHaveLength(1)
    expect(messagesOf(exposedGateway, [open, ours("Handshake", { ...at, host: "ssh://box" })])).toHaveLength(1)
    expect(messagesOf(exposedGateway, [open, ours("Handshake", { ...at, tlsFingerprint: undefined })])).toHaveLength(1)
  })

  test("accepts a gateway that is declared as guarded for that host and port", () => {
    const open = [listener(["0.0.0.0"]), published()]
    expect(messagesOf(exposedGateway, open, { guarded: ["local|18789", "docker|8080"] })).toEqual([])
    expect(messagesOf(exposedGateway, open, { guarded: ["local|8080", "docker|18789"] })).toHaveLength(2)
  })
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { Foreign } from "../../../core/foreign.ts"
import type { Container } from "../../../probes/containers/snapshot.ts"
import { listContainerTokens } from "../../../probes/containers/tokens.ts"
import { strong, strongTokens } from "../../support/tokens.ts"

const bare: Container = {
  id: "4f".repeat(32),
  name: new Foreign("some"),
  image: new Foreign("some:1"),
  running: true,
  returns: false,
  restart: "no",
  published: [],
  ports: [],
  hostNetwork: false,
  environment: ["PATH=/bin"],
  commandLine: ["node", "server.js"],
  labels: {},
  state: new Foreign("running"),
}
const token = strong()
const ours = (value: string) => value === token
const other = strong()

test.each<[string, Partial<Container>, string[]]>([
  ["nothing", {}, []],
  [
    "a gateway's variable",
    { environment: [`CLAWDBOT_GATEWAY_TOKEN=${other}`] },
    ["CLAWDBOT_GATEWAY_TOKEN in its environment"],
  ],
  ["an empty variable", { environment: ["OPENCLAW_GATEWAY_TOKEN="] }, []],
  ["another's secret", { environment: [`API_KEY=${other}`] }, []],
  ["the fleet's token in another variable", { environment: [`API_KEY=${token}`] }, ["API_KEY in its environment"]],
  ["a public default", { environment: ["TOKEN=clawdbot-local-dev"] }, ["TOKEN in its environment"]],
  ["--token in two words", { commandLine: ["node", "x", "--token", other] }, ["in its arguments"]],
  ["--token in one", { commandLine: ["node", `--token=${other}`] }, ["in its arguments"]],
  ["the fleet's token in the arguments", { commandLine: ["run", token] }, ["in its arguments"]],
  ["a label", { labels: { note: token } }, ["in its label note"]],
  ["a public default behind its flag", { commandLine: ["openclaw", "--token", "openclaw"] }, ["in its arguments"]],
  ["a product's name as a program", { commandLine: ["openclaw", "gateway", "run", "--auth", "token"] }, []],
  ["a product's name as a user", { environment: ["USER=openclaw", "MODE=token", "PROFILE=secret"] }, []],
  ["a product's name as a project", { labels: { "com.docker.compose.project": "clawdbot" } }, []],
  ["one value twice", { environment: [`A=${token}`], labels: { b: token } }, ["A in its environment"]],
])("finds a container's tokens: %s", (_, more, where) => {
  expect(listContainerTokens({ ...bare, ...more }, ours).map((held) => held.where)).toEqual(where)
})

test("the location of a token does not contain the token", () => {
  const words = fc.array(fc.oneof(fc.string(), fc.constantFrom("--token", "A=", "=")))
  fc.assert(
    fc.property(strongTokens, words, words, (secret, environment, rest) => {
      const container = { ...bare, environment: [`X=${secret}`, ...environment], words: [...rest, "--token", secret] }
      const held = listContainerTokens(container, (value) => value === secret)
      expect(held.some(({ value }) => value === secret)).toBe(true)
      expect(held.map(({ where }) => where).join()).not.toContain(secret)
    }),
  )
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { Foreign } from "../../../core/foreign.ts"
import { tokensIn } from "../../../probes/containers/held.ts"
import type { Container } from "../../../probes/containers/snapshot.ts"
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
  words: ["node", "server.js"],
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
  ["an empty one", { environment: ["OPENCLAW_GATEWAY_TOKEN="] }, []],
  ["another's secret", { environment: [`API_KEY=${other}`] }, []],
  ["ours under another name", { environment: [`API_KEY=${token}`] }, ["API_KEY in its environment"]],
  ["a public default", { environment: ["TOKEN=clawdbot-local-dev"] }, ["TOKEN in its environment"]],
  ["--token in two words", { words: ["node", "x", "--token", other] }, ["in its arguments"]],
  ["--token in one", { words: ["node", `--token=${other}`] }, ["in its arguments"]],
  ["ours among the words", { words: ["run", token] }, ["in its arguments"]],
  ["a label", { labels: { note: token } }, ["in its label note"]],
  ["a public default behind its flag", { words: ["openclaw", "--token", "openclaw"] }, ["in its arguments"]],
  ["a product's name as a program", { words: ["openclaw", "gateway", "run", "--auth", "token"] }, []],
  ["a product's name as a user", { environment: ["USER=openclaw", "MODE=token", "PROFILE=secret"] }, []],
  ["a product's name as a project", { labels: { "com.docker.compose.project": "clawdbot" } }, []],
  ["one value twice", { environment: [`A=${token}`], labels: { b: token } }, ["A in its environment"]],
])("%s", (_, more, where) => {
  expect(tokensIn({ ...bare, ...more }, ours).map((held) => held.where)).toEqual(where)
})

test("where it stands never tells what it is", () => {
  const words = fc.array(fc.oneof(fc.string(), fc.constantFrom("--token", "A=", "=")))
  fc.assert(
    fc.property(strongTokens, words, words, (secret, environment, rest) => {
      const container = { ...bare, environment: [`X=${secret}`, ...environment], words: [...rest, "--token", secret] }
      const held = tokensIn(container, (value) => value === secret)
      expect(held.some(({ value }) => value === secret)).toBe(true)
      expect(held.map(({ where }) => where).join()).not.toContain(secret)
    }),
  )
})

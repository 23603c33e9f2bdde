// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions are those of Compose
import { expect, test } from "vitest"
import { compose } from "../../../places/compose/compose.ts"
import { describeVariable } from "../../../survey/resolve/names.ts"
import { surveyOf } from "../../support/survey/papers.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"
const service = (...lines: string[]) => `services:\n  gw:\n${lines.map((line) => `    ${line}\n`).join("")}`

test.each<[string, string, string]>([
  [
    "a fallback that is a public default",
    service("environment:", `  ${O}: \${X:-clawdbot-local-dev}`),
    "clawdbot-local-dev",
  ],
  ["one behind another", service("environment:", `  - ${O}=\${X-\${Y:-clawdbot-local-dev}}`), "clawdbot-local-dev"],
  ["--token of a command that is a list", service("command:", "  - gateway", "  - --token", "  - abcd"), "abcd"],
  ["in one word", service('command: ["gateway", "--token=abcd"]'), "abcd"],
  ["of a command that is a text", service("command: openclaw gateway --token abcd"), "abcd"],
  ["of an entrypoint", service('entrypoint: ["openclaw", "gateway", "--token", "abcd"]'), "abcd"],
  ["a label", service("labels:", `  ${O}: abcd`), "abcd"],
  ["a build argument", service("build:", `  args: ["${O}=abcd"]`), "abcd"],
])("is found in a Compose file: %s", (_, text, value) => {
  const { copies } = surveyOf({ "~/gw/compose.yaml": { kind: "compose environment", text } })
  expect(copies.filter(({ held }) => held.kind === "value" && held.value.equals(value))).toHaveLength(1)
})

test("a product's name that an image or a project falls back to is not taken for a token", () => {
  const text = service("image: ${IMAGE:-openclaw}", "container_name: ${NAME-clawdbot}", "user: ${WHO:-openclaw}")
  const { copies } = surveyOf({ "~/gw/compose.yaml": { kind: "compose environment", text } })
  expect(copies.filter(({ held }) => held.kind === "value")).toEqual([])
})

test.each([
  ["a message, where a variable is required", service("environment:", `  ${O}: \${A:?set-a-token}`), []],
  ["a number, as it was typed", service("environment:", `  ${O}: 0123456`), ["0123456"]],
])("is no further value: %s", (_, text, values) => {
  const { copies } = surveyOf({ "~/gw/compose.yaml": { kind: "compose environment", text } })
  expect(copies.flatMap(({ held }) => (held.kind === "value" ? [held.value.reveal()] : []))).toEqual(values)
})

test.each([
  [service("environment:", `  - ${O}=a`, "  - A=b", `  - ${O}=b`), service("environment:", "  - A=b", `  - ${O}=new`)],
  [service(`environment: ["${O}=a", "${O}=new"]`), service(`environment: ["${O}=new"]`)],
])("a variable that stands twice in a list is put once", (file, expected) => {
  const put = (text: string) => Buffer.from(compose.put(Buffer.from(text), `gw.${O}`, "new")).toString()
  expect(put(file)).toBe(expected)
  expect(put(put(file))).toBe(expected)
})

test.each([
  ["$MY_KEY", "a variable"],
  ["${MY_KEY}", "MY_KEY"],
  ["$hunter2hunter2", "a variable"],
  [`$${O}`, O],
])("%s is shown as %s, as a token may begin with a dollar", (written, words) => {
  const text = service("environment:", `  ${O}: ${written}`)
  const { copies } = surveyOf({ "~/gw/compose.yaml": { kind: "compose environment", text } })
  expect(copies.map(({ held }) => (held.kind === "variable" ? describeVariable(held) : held.kind))).toEqual([words])
})

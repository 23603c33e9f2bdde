import { expect, test } from "vitest"
import { rules } from "../../policy/rules/index.ts"
import { hostile, rawIn } from "../support/hostile/escapes.ts"
import { messagesOf, ours, subject } from "./subjects.ts"

/** Resources in which all that others may name is hostile, and everything is wrong. */
const stack = [
  subject("docker:index/container:Container", {
    image: hostile,
    labels: { [hostile]: "ws://h/?token=x" },
    [hostile]: { command: ["--token=x"] },
    envs: ["OPENCLAW_GATEWAY_TOKEN=x", `${hostile}=x`],
  }),
  ours("Placement", { must: "token", locator: `--${hostile}`, path: hostile, holds: hostile, found: "default" }),
  ours("Listener", { host: hostile, port: 18789, sockets: [hostile], owner: hostile, exposed: [hostile] }),
  ours("Service", { manager: hostile, keepsAlive: false, keepAlive: "it is not", name: hostile }),
  ours("Incarnation", {
    image: hostile,
    bind: hostile,
    host: hostile,
    restart: hostile,
    environment: { [hostile]: "x" },
  }),
  ours("Token", { generation: 1, created: "2020-01-01", value: hostile }),
]

test.each(rules.map((rule) => [rule.name, rule] as const))("%s shows no text of others raw", (_, rule) => {
  expect(messagesOf(rule, stack).flatMap(rawIn)).toEqual([])
})

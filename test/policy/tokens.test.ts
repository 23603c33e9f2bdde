import { describe, expect, test } from "vitest"
import { launchAgentToken } from "../../policy/rules/launch-agent-token.ts"
import { publicDefault } from "../../policy/rules/public-default.ts"
import { readablePlace } from "../../policy/rules/readable-place.ts"
import { tokenAge } from "../../policy/rules/token-age.ts"
import { weakToken } from "../../policy/rules/weak-token.ts"
import { strong } from "../support/tokens.ts"
import { hidden, messagesOf, ours, subject } from "./subjects.ts"

const container = "docker:index/container:Container"
const command = "command:local:Command"
const variable = "OPENCLAW_GATEWAY_TOKEN"
const weak = hidden("0123456789abcdef")
const good = hidden(strong())

describe("weak-token", () => {
  test.each([
    [
      "a public default in force",
      ours("Token", { value: hidden("clawdbot-local-dev") }),
      /^the token in force is a pub/,
    ],
    ["a short one in force", ours("Token", { value: weak }), /has 8 bytes when decoded/],
    ["one that repeats", ours("Token", { value: hidden("abcdefgh".repeat(6)) }), /^the token in force repeats itself/],
    ["a container's variable", subject(container, { envs: ["HOME=/x", `${variable}=${weak}`] }), /^OPENCLAW_GATE/],
    ["the predecessor's", subject(container, { envs: ["CLAWDBOT_GATEWAY_TOKEN=changeme"] }), /^CLAWDBOT_\w+ is a publ/],
    ["a command's variable", subject(command, { environment: { [variable]: weak } }), /has 8 bytes/],
    [
      "a pod's variable",
      subject("kubernetes:core/v1:Pod", { spec: { containers: [{ env: [{ name: variable, value: weak }] }] } }),
      /has 8 bytes/,
    ],
  ])("reports %s", (_, one, words) => {
    expect(messagesOf(weakToken, [one])).toEqual([expect.stringMatching(words)])
  })

  test.each([
    ["a strong one", ours("Token", { value: good, previous: "", generation: 1 })],
    ["one that the preview does not know yet", ours("Token", { rotation: 1 })],
    ["a weak one that is adopted: it is never in force", ours("Token", { value: good, adopt: { value: weak } })],
    ["a strong one in a variable", subject(container, { envs: [`${variable}=${good}`] })],
    ["an empty variable", subject(container, { envs: [`${variable}=`] })],
    ["another variable", subject(container, { envs: ["OPENCLAW_GATEWAY_TOKEN_FILE=/run/token", "TOKEN=secret"] })],
    ["another's setting of the same value", subject(container, { name: "openclaw", image: "clawdbot" })],
    ["a shell's own expansion", subject(command, { create: `${variable}=$(cat ~/token) openclaw nodes status` })],
    ["what Compose fills in", subject(container, { envs: [`${variable}=\${${variable}}`] })],
    ["the name of a variable", ours("Service", { variable, name: "token" })],
    ["a locator", ours("Placement", { locator: variable, path: "~/.env", must: "token" })],
  ])("accepts %s", (_, one) => {
    expect(messagesOf(weakToken, [one])).toEqual([])
  })
})

describe("public-default", () => {
  test.each(["Placement", "Flip"])("fires on a %s that was seen to hold one", (kind) => {
    expect(messagesOf(publicDefault, [ours(kind, { found: "default", open: false })])).toHaveLength(1)
  })

  test.each([
    ours("Placement", { found: "current" }),
    ours("Placement", { found: "foreign" }),
    ours("Placement", { holds: "nothing", path: "~/default" }),
    ours("Service", { found: "default" }),
    subject("other:index:Placement", { found: "default" }),
  ])("accepts %o", (one) => {
    expect(messagesOf(publicDefault, [one])).toEqual([])
  })
})

describe("token-age", () => {
  const made = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

  test.each([
    [31, {}, /31 days ago; the maximum age is 30d: rotate \(raise gatekey:token.rotation to 5\)$/],
    [400, {}, /400 days ago/],
    [8, { maxAge: "1w" }, /8 days ago; the maximum age is 1w/],
    [1, { maxAge: "12h" }, /the maximum age is 12h/],
  ])("reports a token that is %i days old, with %o", (days, settings, words) => {
    const token = ours("Token", { created: made(days), generation: 2, highest: 4 })
    expect(messagesOf(tokenAge, [token], settings)).toEqual([expect.stringMatching(words)])
  })

  test.each([
    [29, {}],
    [31, { maxAge: "5w" }],
    [0, { maxAge: "1s" }],
    [-1, {}],
  ])("accepts a token that is %i days old, with %o", (days, settings) => {
    const created = new Date(Date.parse(made(days)) + 100).toISOString()
    expect(messagesOf(tokenAge, [ours("Token", { created, generation: 1 })], settings)).toEqual([])
  })

  test.each([
    ["one that is about to be made", ours("Token", { rotation: 1 })],
    ["a time that is none", ours("Token", { created: "yesterday" })],
    ["what others made", subject("random:index/randomPassword:RandomPassword", { created: made(400) })],
  ])("accepts %s", (_, one) => {
    expect(messagesOf(tokenAge, [one])).toEqual([])
  })
})

describe("readable-place", () => {
  test.each([
    ["token", "current", /`pulumi up` closes the file \(0600\)/],
    ["token", "too-open", /closes the file/],
    ["nothing", "foreign", /removes it/],
    ["reference", "previous", /puts a reference in its place/],
  ])("reports an open file that must contain %s and contains %s", (must, found, words) => {
    for (const kind of ["Placement", "Flip"]) {
      expect(messagesOf(readablePlace, [ours(kind, { must, found, open: true })])).toEqual([
        expect.stringMatching(words),
      ])
    }
  })

  test.each([
    ours("Placement", { must: "token", found: "current", open: false }),
    ours("Placement", { must: "token", found: "unreadable", open: false }),
    ours("Placement", { must: "token" }),
    ours("Placement", { must: "token", open: "yes" }),
    ours("Service", { open: true }),
    subject("aws:s3/bucket:Bucket", { open: true }),
  ])("accepts %o", (one) => {
    expect(messagesOf(readablePlace, [one])).toEqual([])
  })
})

describe("launch-agent-token", () => {
  const plist = (props: object) => ours("Placement", { format: "plist", path: "~/Library/x.plist", ...props })

  test.each<[string, object, RegExp]>([
    ["declared", { must: "token" }, /it declares a token/],
    ["declared as an argument", { must: "token", locator: "--token", found: "missing" }, /it declares a token/],
    ...["current", "previous", "older", "next", "default", "foreign", "duplicate", "too-open"].map(
      (found): [string, object, RegExp] => [
        `seen: ${found}`,
        { must: "nothing", found },
        /token: `pulumi up` removes it/,
      ],
    ),
  ])("reports a token that is %s", (_, props, words) => {
    expect(messagesOf(launchAgentToken, [plist(props)])).toEqual([expect.stringMatching(words)])
  })

  test.each([
    plist({ must: "nothing", found: "missing" }),
    plist({ must: "nothing", found: "no-file" }),
    plist({ must: "nothing", found: "unreachable" }),
    plist({ must: "nothing" }),
    ours("Placement", { format: "systemd", must: "token", path: "~/x.plist.service" }),
    ours("Placement", { format: "dotenv", must: "nothing", found: "current" }),
    ours("Service", { format: "plist", must: "token", manager: "launchd" }),
  ])("accepts %o", (one) => {
    expect(messagesOf(launchAgentToken, [one])).toEqual([])
  })
})

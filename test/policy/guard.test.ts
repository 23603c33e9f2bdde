import { describe, expect, test } from "vitest"
import { forgeableIdentity } from "../../policy/rules/forgeable-identity.ts"
import { guardLifetime } from "../../policy/rules/guard-lifetime.ts"
import { openSecondPath } from "../../policy/rules/open-second-path.ts"
import { messagesOf, ours } from "./subjects.ts"

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000 + 3_600_000).toISOString()

describe("guard-lifetime", () => {
  const certificate = (props: object) => ours("Certificate", { expires: inDays(300), ...props })

  test.each([
    ["one that ends soon", certificate({ expires: inDays(20) }), {}, /^it ends in 20 days/],
    ["one that has ended", certificate({ expires: inDays(-2) }), {}, /^it ends in -2 days/],
    ["one that lives longer than agreed", certificate({}), { maxLifetime: "90d" }, /365d, expected at most 90d/],
  ])("reports %s", (_, one, settings, words) => {
    expect(messagesOf(guardLifetime, [one], settings)).toEqual([expect.stringMatching(words)])
  })

  test.each([
    ["one with most of its life left", certificate({})],
    ["a short one with more than a third left", certificate({ lifetime: "30d", expires: inDays(12) })],
    ["one that is not made yet", certificate({ expires: undefined })],
    ["another's", ours("Token", { expires: inDays(1) })],
  ])("accepts %s", (_, one) => {
    expect(messagesOf(guardLifetime, [one])).toEqual([])
  })
})

describe("open-second-path", () => {
  const trust = (props: object) => ours("TrustedProxy", { host: "local", port: 18789, mode: "trusted-proxy", ...props })
  const listener = (addresses: readonly string[], port = 18789) =>
    ours("Listener", { host: "local", port, role: "gateway", addresses })

  test("reports a gateway that is not declared to listen on its loopback only", () => {
    expect(messagesOf(openSecondPath, [trust({ closed: false })])).toEqual([
      expect.stringMatching(/may listen beyond its loopback.*bind: loopback/),
    ])
  })

  test("reports a gateway that still listens on another address", () => {
    const stack = [trust({ closed: true }), listener(["127.0.0.1", "192.0.2.4"])]
    expect(messagesOf(openSecondPath, stack)).toEqual([expect.stringMatching(/listens on 192\.0\.2\.4/)])
  })

  test("accepts a closed gateway, another's port, and a gateway that tokens let into", () => {
    const stack = [trust({ closed: true }), listener(["127.0.0.1"]), listener(["0.0.0.0"], 18443)]
    expect(messagesOf(openSecondPath, [...stack, trust({ mode: "token", port: 1 })])).toEqual([])
  })
})

describe("forgeable-identity", () => {
  const trust = (faults: readonly string[]) => ours("TrustedProxy", { mode: "trusted-proxy", faults })

  test("reports settings by which another could claim an identity", () => {
    const [message] = messagesOf(forgeableIdentity, [trust(["gateway.trustedProxies", "gateway.bind"])])
    expect(message).toMatch(/differs in gateway\.trustedProxies: others may claim an identity/)
  })

  test("accepts other settings, and none", () => {
    expect(messagesOf(forgeableIdentity, [trust(["gateway.bind"]), trust([])])).toEqual([])
  })
})

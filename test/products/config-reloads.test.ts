import { expect, test } from "vitest"
import { findReaction } from "../../products/config-reloads.ts"
import { describeSecretObstacle } from "../../products/secret-obstacle.ts"

/** Measured with openclaw 2026.9.6: by a client that connects every 0.1 s, and the gateway's log of the reload. */
test.each([
  ["a literal token for a SecretRef, with a mode", "gateway.auth.token", true, true, "reloads"],
  ["a literal token for a SecretRef, without a mode", "gateway.auth.token", true, false, "restarts"],
  ["a literal token where only .env had one", "gateway.auth.token", false, false, "reloads"],
  ["a SecretRef where only .env had one, with a mode", "gateway.auth.token", true, true, "reloads"],
  ["a SecretRef where only the environment had one, without a mode", "gateway.auth.token", true, false, "restarts"],
  ["another literal token", "gateway.auth.token", false, true, "reloads"],
  ["a secret provider", "secrets.providers.gatekey", true, false, "ignores"],
  ["a remote token, which it accepts if it has no other", "gateway.remote.token", false, false, "reloads"],
  ["a reference as its remote token, its only one", "gateway.remote.token", true, false, "reloads"],
  ["the address of clients", "gateway.remote.url", false, true, "ignores"],
  ["a variable of env.vars", "env.vars.OPENCLAW_GATEWAY_TOKEN", false, true, "restarts"],
  ["the mode", "gateway.auth.mode", false, true, "restarts"],
  ["the port", "gateway.port", false, true, "restarts"],
] as const)("finds the reaction of a running openclaw: %s", (_, key, isReference, hasMode, does) => {
  expect(findReaction("openclaw", { key, isReference, hasMode }).does).toBe(does)
})

test("a running clawdbot restarts itself for its token, and ignores the keys that only clients read", () => {
  const at = { isReference: false, hasMode: true }
  expect(findReaction("clawdbot", { key: "gateway.auth.token", ...at }).does).toBe("restarts")
  expect(findReaction("clawdbot", { key: "gateway.remote.token", ...at }).does).toBe("ignores")
})

/** Measured, and read in both products' `config-reload`: clawdbot ignores a change that needs a restart in mode hot. */
test.each([
  ["openclaw", "gateway.auth.token", "off", "waits"],
  ["openclaw", "gateway.auth.mode", "off", "waits"],
  ["openclaw", "secrets.providers.gatekey", "off", "ignores"],
  ["openclaw", "gateway.auth.token", "hybrid", "reloads"],
  ["openclaw", "gateway.auth.token", "hot", "reloads"],
  ["clawdbot", "gateway.auth.token", "off", "waits"],
  ["clawdbot", "gateway.auth.token", "hot", "waits"],
  ["clawdbot", "env.vars.CLAWDBOT_GATEWAY_TOKEN", "hot", "waits"],
  ["clawdbot", "gateway.remote.token", "off", "ignores"],
  ["clawdbot", "gateway.remote.token", "restart", "restarts"],
] as const)("a running %s, whose %s changes in gateway.reload.mode %s: %s", (product, key, reload, does) => {
  expect(findReaction(product, { key, isReference: false, hasMode: true, reload }).does).toBe(does)
})

test.each([
  [{}, undefined],
  [{ mode: "token" }, undefined],
  [{ mode: "token", password: "gateway.auth.password" }, undefined],
  [{ mode: "password" }, /^gateway\.auth\.mode is password, expected token: the gateway accepts its password only/],
  [{ mode: "none" }, /lets in every client/],
  [{ mode: "trusted-proxy" }, /refuses to start as soon as a token is configured/],
  [{ mode: "a new one" }, /is not known/],
  [{ password: "gateway.auth.password" }, /with a token beside it the gateway refuses to start/],
  [{ password: "OPENCLAW_GATEWAY_PASSWORD in ~/.openclaw/.env" }, /rejects every client that sends the token/],
] as const)("a gateway with %o gets a token, or is skipped with a reason", (settings, words) => {
  const obstacle = describeSecretObstacle({ product: "openclaw", wanted: "token", ...toOther(settings) })
  if (words === undefined) return expect(obstacle).toBeUndefined()
  expect(obstacle).toMatch(words)
  expect(obstacle).toMatch(/[Dd]eclare the gateway with mode: password|Set gateway\.auth\.mode to token or password/)
  expect(obstacle).toMatch(/or leave this gateway out of the declaration$/)
})

function toOther({ mode, password }: { readonly mode?: string; readonly password?: string }) {
  return { mode, other: password }
}

test.each([
  [{}, undefined],
  [{ mode: "password" }, undefined],
  [{ mode: "password", other: "gateway.auth.token" }, undefined],
  [{ mode: "token" }, /^gateway\.auth\.mode is token, expected password: the gateway accepts its token only/],
  [{ other: "gateway.auth.token" }, /with a password beside it the gateway refuses to start/],
  [{ mode: "none" }, /lets in every client/],
  [{ mode: "trusted-proxy" }, /from a proxy/],
  [{ mode: "a new one" }, /is not known/],
] as const)("a gateway with %o gets a password, or is skipped with a reason", (settings, words) => {
  const obstacle = describeSecretObstacle({ product: "openclaw", wanted: "password", ...settings })
  if (words === undefined) return expect(obstacle).toBeUndefined()
  expect(obstacle).toMatch(words)
})

test("replaces the stack's own credential together with the mode, but no other mode", () => {
  const known = { product: "openclaw", isKnown: true } as const
  expect(describeSecretObstacle({ ...known, wanted: "token", mode: "password" })).toBeUndefined()
  expect(describeSecretObstacle({ ...known, wanted: "password", mode: "token" })).toBeUndefined()
  expect(describeSecretObstacle({ ...known, wanted: "password", mode: "none" })).toMatch(/lets in every client/)
})

import fc from "fast-check"
import { expect, test } from "vitest"
import { Foreign } from "../../core/foreign.ts"
import { describeVerdict, evaluateHttpAnswer, evaluateRefusal } from "../../gateways/verdict.ts"
import { hostile, rawIn } from "../support/hostile/escapes.ts"

const now = Date.UTC(2026, 10, 25, 12)

test.each([
  [
    "openclaw, wrong token",
    {
      code: "INVALID_REQUEST",
      message: "unauthorized: gateway token mismatch (provide gateway auth token)",
      details: { code: "AUTH_TOKEN_MISMATCH", authReason: "token_mismatch" },
    },
    "refused: AUTH_TOKEN_MISMATCH",
  ],
  ["clawdbot, wrong token", { message: "unauthorized: gateway token mismatch" }, "refused: AUTH_TOKEN_MISMATCH"],
  [
    "clawdbot, a password missing",
    { code: "INVALID_REQUEST", message: "unauthorized: gateway password missing (enter the password)" },
    "refused: AUTH_PASSWORD_MISSING",
  ],
  ["no token", { message: "unauthorized: gateway token missing" }, "refused: AUTH_TOKEN_MISSING"],
  ["no device", { code: "NOT_PAIRED", details: { code: "DEVICE_IDENTITY_REQUIRED" } }, "answers"],
  ["no device, clawdbot", { code: "NOT_PAIRED", message: "device identity required" }, "answers"],
  [
    "unpaired",
    {
      code: "NOT_PAIRED",
      message: "pairing required: device is not approved yet (requestId: 7c1f-22)",
      details: { code: "PAIRING_REQUIRED" },
    },
    "pairing required (request 7c1f-22): approve with openclaw devices approve 7c1f-22",
  ],
  [
    "unpaired, with a request that is a command",
    { details: { code: "PAIRING_REQUIRED", requestId: "x; rm -rf ~" } },
    "pairing required (request x; rm -rf ~): approve with openclaw devices approve 'x; rm -rf ~'",
  ],
  [
    "locked out",
    { message: "too many failed attempts", details: { code: "AUTH_RATE_LIMITED" }, retryAfterMs: 299_767 },
    "rate limited until 2026-11-25 12:04 UTC",
  ],
  ["locked out, without a time", { details: { code: "AUTH_RATE_LIMITED" } }, "rate limited"],
  ["starting", { message: "gateway starting; retry shortly" }, "starting"],
  ["about to restart", { message: "connect unavailable during gateway restart" }, "starting"],
  [
    "another protocol",
    { message: "protocol mismatch", details: { code: "PROTOCOL_MISMATCH", expectedProtocol: 2 } },
    "protocol 2, expected 3–4",
  ],
  ["another protocol, without its number", { message: "protocol mismatch" }, "another protocol, expected 3–4"],
  ["a code of a later version", { code: "NEW\u001b[31m" }, "refused: NEW\\u{1b}[31m"],
  ["an empty error", {}, "refused: UNKNOWN"],
])("evaluates a refused connect: %s", (_, error, words) => {
  expect(describeVerdict(evaluateRefusal(error, "openclaw", now))).toBe(words)
})

test.each([
  ["right", { status: 404, body: '{"ok":false,"error":{"type":"not_found","message":"x"}}' }, "accepted"],
  [
    "wrong",
    { status: 401, body: '{"error":{"message":"Unauthorized","type":"unauthorized"}}' },
    "refused: AUTH_TOKEN_MISMATCH",
  ],
  [
    "locked out",
    { status: 429, body: '{"error":{"type":"rate_limited"}}', retry: "60" },
    "rate limited until 2026-11-25 12:01 UTC",
  ],
  ["starting", { status: 503, body: '{"error":{"type":"unavailable"}}' }, "starting"],
  ["another server", { status: 200, body: "<html>", server: "nginx/1.22.1" }, "not a gateway: HTTP 200 from nginx"],
  ["another server without that page", { status: 404, body: "not found" }, "not a gateway: HTTP 404"],
  [
    "a proxy without its gateway",
    { status: 503, body: "<html>", server: "haproxy" },
    "not a gateway: HTTP 503 from haproxy",
  ],
  [
    "another server that requires a password",
    { status: 401, body: "{}", server: "Caddy" },
    "not a gateway: HTTP 401 from Caddy",
  ],
])("evaluates the answer to the HTTP probe: %s", (_, answer, words) => {
  const server = new Foreign("server" in answer ? answer.server : "")
  expect(describeVerdict(evaluateHttpAnswer({ ...answer, server }, now))).toBe(words)
})

test("any answer of a gateway is a verdict without raw control characters", () => {
  const part = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(null, hostile, "PAIRING_REQUIRED", "AUTH_RATE_LIMITED", 1e300, -1),
  )
  const answers = fc.record(
    {
      code: part,
      message: part,
      retryAfterMs: part,
      details: fc.oneof(
        part,
        fc.dictionary(fc.constantFrom("code", "requestId", "retryAfterMs", "protocol", "expectedProtocol"), part),
      ),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(answers, (error) => {
      expect(rawIn(describeVerdict(evaluateRefusal(error as never, "openclaw", now)))).toEqual([])
    }),
    { numRuns: 2000 },
  )
  const probe = (retry: string) =>
    evaluateHttpAnswer({ status: 429, body: '{"error":{"type":"x"}}', retry, server: new Foreign("") }, now)
  for (const retry of ["1e300", "Infinity", "-1", "x", hostile])
    expect(describeVerdict(probe(retry))).toMatch(/^rate limited(?: until an unknown time)?$/)
})

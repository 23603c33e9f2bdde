import * as v from "valibot"
import { commonName } from "../../../certificates/identity.ts"
import { readCertificate } from "../../../certificates/read.ts"
import { parseDuration } from "../../../core/duration.ts"
import { shellWord, shown } from "../../../core/escape.ts"
import { Foreign } from "../../../core/foreign.ts"
import { checkHost, parseHost } from "../../../core/host.ts"
import { parseMarker } from "../../../core/marker.ts"
import { maskStrictly, maskTokens } from "../../../core/mask.ts"
import { parseNotice } from "../../../core/notice.ts"
import { parsePlaceId } from "../../../core/place.ts"
import { parseProxyAnswer } from "../../../core/proxy-answers.ts"
import { parseRoute } from "../../../core/route.ts"
import { Secret } from "../../../core/secret.ts"
import { parseUrn } from "../../../core/urn.ts"
import { parseVault } from "../../../core/vault.ts"
import {
  describePairing,
  describeUndeclared,
  findApproval,
  findPairing,
  listUndeclared,
} from "../../../gateways/pairing.ts"
import { parsePairings } from "../../../gateways/pairings.ts"
import { evaluateUpgrade } from "../../../gateways/upgrade.ts"
import { describeVerdict, evaluateHttpAnswer, evaluateRefusal, type WireError } from "../../../gateways/verdict.ts"
import { parseConfiguration } from "../../../proxies/parse.ts"
import { createContentItem, hasContent, parseContent, withContent } from "../../../vaults/item.ts"
import { maskOutput } from "../../../vaults/mask-output.ts"
import { extractMessage, findOpError, listIds } from "../../../vaults/op-error.ts"
import { filterEntries, isItem, optionalString } from "../../../vaults/shape.ts"
import { expectPrintable, expectThat, parseJson, type Target, tolerate } from "../target.ts"

const id = "a".repeat(64)
const device = {
  deviceId: id,
  displayName: "tw",
  role: "node",
  roles: ["node"],
  tokens: [{ role: "node", revokedAtMs: 1 }],
}
const pairing: Target = {
  name: "gateway lists of devices",
  seeds: [
    JSON.stringify({
      devices: {
        paired: [{ ...device, approvedVia: "silent" }],
        pending: [{ ...device, requestId: "r", scopes: [], isRepair: false }],
      },
      nodes: {
        nodes: [
          { nodeId: id, connected: true, connectedAtMs: 5, approvalState: "pending-approval", pendingRequestId: "q" },
        ],
      },
    }),
  ],
  words: [],
  json: true,
  run(input) {
    const { devices, nodes } = Object(parseJson(input))
    const found = tolerate(() => parsePairings(devices, nodes))
    if (typeof found === "string") return
    for (const node of [{ node: "tw" }, { node: "tw", device: id }]) {
      const status = findPairing(found, node, { id, silent: true })
      findApproval(status)
      expectPrintable([describePairing(status, true), describeUndeclared(listUndeclared(found, ["tw"]))])
    }
  },
}

const refusal: Target = {
  name: "gateway frames and HTTP answers",
  seeds: [
    JSON.stringify({
      code: "INVALID",
      message: "unauthorized: gateway token mismatch",
      retryAfterMs: 5,
      details: { code: "PAIRING_REQUIRED", requestId: "x" },
    }),
    JSON.stringify({ message: "protocol mismatch", details: { expectedProtocol: 4 } }),
    JSON.stringify({ error: { type: "unauthorized" } }),
  ],
  words: [],
  json: true,
  run(input) {
    const text = Buffer.from(input).toString()
    const server = new Foreign(text.slice(0, 40))
    const wire: WireError = Object(parseJson(input))
    const verdicts = [
      evaluateRefusal(wire, "openclaw", 0),
      ...[200, 401, 403, 404, 429, 503].map((status) =>
        evaluateHttpAnswer({ status, server, body: text, retry: text }, 0),
      ),
      ...[200, 503].map((status) => evaluateUpgrade(status, server, text)),
    ]
    expectPrintable(verdicts.map(describeVerdict))
  },
}

const content = { token: new Secret("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), generation: 2, previous: new Secret("old") }
const item = withContent(
  { id: "x", title: "gatekey", fields: [{ id: "notes", label: "notes", value: "mine" }] },
  content,
  "token",
)
const vault: Target = {
  name: "answers of Connect and op",
  seeds: [JSON.stringify(item), JSON.stringify(createContentItem("x", content, "token"))],
  words: [],
  json: true,
  run(input) {
    const found = parseJson(input)
    filterEntries(v.object({ id: optionalString, title: optionalString }), found)
    if (!isItem(found)) return
    tolerate(() => parseContent(found, "token"))
    const written = tolerate(() => withContent(found, content, "token"))
    if (typeof written !== "string")
      expectThat(hasContent(written, content, "token"), "an item has what was put into it")
  },
}

const secret = "Xq0f1e2d3c4b5a69788796a5b4c3d2e1f0"
const programs: Target = {
  name: "output of a vault's program",
  seeds: [`[ERROR] 2026/01/01 00:00:00 "x" isn't an item: ${secret}`, `token=${secret}\n`, "Error: (403) Forbidden"],
  words: [secret, secret.slice(0, 20), "[ERROR] ", "token=", "password: ", '"secret" : "'],
  run(input) {
    const foreign = new Foreign(Buffer.from(input).toString())
    const said = maskOutput(foreign, [secret])
    expectPrintable([said, `${extractMessage(foreign)}`])
    expectThat(!said.includes(secret), "the token is masked")
    findOpError(foreign)
    listIds(foreign)
  },
}

const names: Target = {
  name: "names, addresses and notices",
  seeds: [
    "ssh://me@tw.local:2222",
    "local|~/.openclaw/.env|TOKEN",
    "ws://[::1]:18789",
    "urn:pulumi:a::b::c::d",
    "30d",
    "op://a/b/c",
  ],
  words: [
    "ssh://",
    "local|",
    "|",
    "~/",
    "..",
    "vault:",
    "urn:pulumi:",
    "::",
    "`pulumi up`",
    "; fix: ",
    "guard: ",
    "[::1]",
  ],
  run(input) {
    const text = Buffer.from(input).toString()
    const host = parseHost(text)
    expectThat(host === undefined || checkHost(text) === undefined, "a host that is parsed is valid")
    if (host) expectThat(!/^-|[\s\0]/.test(host.name), "no host's name is an option")
    const place = parsePlaceId(text)
    if (typeof place === "string") expectPrintable([place])
    for (const parse of [parseRoute, parseUrn, parseDuration, parseVault, parseNotice, parseProxyAnswer]) parse(text)
    const marker = parseMarker(input)
    if (marker) expectPrintable([marker.when])
    expectPrintable([
      shown(text),
      shellWord(text).replaceAll("\n", ""),
      shown(maskTokens(text)),
      shown(maskStrictly(text)),
    ])
  },
}

const pem = "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUBfQ=\n-----END CERTIFICATE-----\n"
const proxyText =
  "# Written by gatekey: `pulumi up` writes it again.\nglobal\n    set-var proc.gatekey str(" +
  `${"0".repeat(64)})\nfrontend guard\n    bind 0.0.0.0:18443 ssl crt own.pem\n    server gw 127.0.0.1:18789\n`
const files: Target = {
  name: "a proxy's configuration and certificate",
  seeds: [proxyText, pem],
  words: ["frontend node\n    bind 127.0.0.1:", "    server guard ", " verifyhost ", "-----BEGIN", "bind ", "ssl "],
  run(input) {
    const text = Buffer.from(input).toString()
    parseConfiguration(text)
    readCertificate(text, pem)
    tolerate(() => commonName({ role: "node", name: text, generation: 1, names: [] } as never))
  },
}

export const wireTargets: readonly Target[] = [pairing, refusal, vault, programs, names, files]

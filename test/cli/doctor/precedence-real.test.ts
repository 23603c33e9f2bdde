import { describe, expect, it } from "vitest"
import type { ProductName } from "../../../products/product.ts"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder } from "../../support/hosts/machine.ts"
import { nodeWords, noProduct } from "../../support/products/gateway.ts"
import { gatewayDouble } from "../../support/products/gateway-double.ts"
import { freePort } from "../../support/products/listener.ts"
import { startProduct, startReady } from "../../support/products/product-process.ts"
import { rowsOf } from "../../support/rows.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"
import { until } from "../../support/until.ts"

const [A, B, P] = [strong(), strong(), strong()]
const T = "OPENCLAW_GATEWAY_TOKEN"
const remote = (token: string, more = "") =>
  `gateway:{mode:"remote",remote:{url:"URL"${token && `,token:"${token}"`}}${more}}`

/** What a started product sends to a gateway that accepts A, and what a scan of both homes says of it. */
describe.skipIf(noProduct("openclaw"))("what a real openclaw sends", () => {
  const health = ["gateway", "health"]
  const accepted = /Clean: .* accepts the token in its files; .* sends a token that its gateway accepts\./
  const refused = /will be rejected: .* it sends B, but .* accepts A/

  type Sent = [string, "client" | "node", Record<string, string>, string, RegExp]
  const inSuite: Sent[] = [
    [
      "of a command in remote mode: gateway.remote.token, above a right .env",
      "client",
      { ".openclaw/openclaw.json": `{${remote(B)}}`, ".openclaw/.env": `${T}=${A}\n` },
      B,
      refused,
    ],
    [
      "of a node: the second dotenv file, above the config",
      "node",
      { ".openclaw/openclaw.json": `{${remote(A)}}`, ".config/openclaw/gateway.env": `${T}=${B}\n` },
      B,
      refused,
    ],
    [
      "of a node whose config is included and names a variable",
      "node",
      {
        ".openclaw/openclaw.json": `{gateway:{$include:"./parts/gateway.json5"}}`,
        ".openclaw/parts/gateway.json5": `{mode:"remote",remote:{$include:["./token.json5"],url:"URL"}}`,
        ".openclaw/parts/token.json5": '{token:"$' + '{CLAW_GATEWAY_SECRET}"}',
        ".openclaw/.env": `CLAW_GATEWAY_SECRET=${A}\n`,
      },
      A,
      /\.env CLAW_GATEWAY_SECRET +A +.+ \(wins\)/,
    ],
  ]
  const others: Sent[] = [
    [
      "of a command in remote mode: gateway.remote.token, above .env",
      "client",
      { ".openclaw/openclaw.json": `{${remote(A)}}`, ".openclaw/.env": `${T}=${B}\n` },
      A,
      accepted,
    ],
    [
      "of a node in remote mode: gateway.auth.token, if there is no other",
      "node",
      { ".openclaw/openclaw.json": `{${remote("", `,auth:{token:"${B}"}`)}}` },
      B,
      refused,
    ],
    [
      "of a node with env.shellEnv: what the login shell exports, above the config",
      "node",
      { ".openclaw/openclaw.json": `{env:{shellEnv:{enabled:true}},${remote(B)}}`, ".profile": `export ${T}=${A}\n` },
      A,
      /\.profile OPENCLAW_GATEWAY_TOKEN +A +.+ \(wins\)/,
    ],
    [
      "of a command: a token without the blanks around it",
      "client",
      { ".openclaw/openclaw.json": `{${remote(` ${A} `)}}` },
      A,
      accepted,
    ],
    [
      "of a command that OPENCLAW_GATEWAY_URL leads elsewhere: nothing of its config",
      "client",
      {
        ".openclaw/openclaw.json": `{gateway:{mode:"remote",remote:{url:"ws://127.0.0.1:1",token:"${B}"}}}`,
        ".openclaw/.env": `OPENCLAW_GATEWAY_URL=URL\n${T}=${A}\n`,
      },
      A,
      accepted,
    ],
    [
      "of a node: a token without the blanks around it",
      "node",
      { ".openclaw/openclaw.json": `{${remote("")}}`, ".openclaw/.env": `${T}=' ${B} '\n` },
      B,
      refused,
    ],
  ]
  it.each(rowsOf(inSuite, others))("%s", async (_, role, files, sends, says) => {
    const [home, own] = [folder(), folder()]
    const { port, shown } = await gatewayDouble(home, A)
    lay(home, { ".openclaw/openclaw.json": `{gateway:{mode:"local",port:${port},auth:{token:"${A}"}}}` })
    const there = Object.entries(files).map(([path, text]) => [path, text.replace(/\bURL\b/, `ws://127.0.0.1:${port}`)])
    lay(own, { "tmp/keep": "", ...Object.fromEntries(there) })
    startProduct("openclaw", own, role === "node" ? nodeWords(port, "tw") : health)
    const tokens = () => shown().filter((line) => line.startsWith("ws ") && line !== "ws -")
    await until(() => tokens().length > 0, 180_000)
    expect(tokens()[0]).toBe(`ws ${sends}`)
    const { stdout } = await gatekey(["scan", "--home", home, own], home)
    expect(stdout).toMatch(says)
  })
})

/** A gateway that was started, and what a scan says of it. */
async function scanned(product: ProductName, files: Record<string, string>, env: Record<string, string> = {}) {
  const [home, port] = [folder(), await freePort()]
  const there = Object.entries(files).map(([path, text]) => [path, text.replace("PORT", `${port}`)])
  lay(home, { "tmp/keep": "", ...Object.fromEntries(there) })
  await startReady(product, home, port, [], env)
  return gatekey(["scan", "--home", home], home)
}

type Seen = [ProductName, string, Record<string, string>, number, RegExp]
const seenInSuite: Seen[] = [
  [
    "openclaw",
    "a token in its config and a password in .env",
    {
      ".openclaw/openclaw.json": `{gateway:{mode:"local",port:PORT,bind:"loopback",auth:{token:"${A}"}}}`,
      ".openclaw/.env": `OPENCLAW_GATEWAY_PASSWORD=${P}\n`,
    },
    1,
    /~\/\.openclaw\/\.env OPENCLAW_GATEWAY_PASSWORD switches the gateway on \S+ to password mode, .*: it rejects A /,
  ],
  [
    "openclaw",
    "a variable that is not set",
    {
      ".openclaw/openclaw.json":
        '{gateway:{mode:"local",port:PORT,bind:"loopback",auth:{token:"$' + '{CLAW_GATEWAY_SECRET}"}}}',
    },
    1,
    /has no token: its config refers to CLAW_GATEWAY_SECRET, which is not set/,
  ],
  [
    "clawdbot",
    "neither a token nor a password",
    { ".clawdbot/clawdbot.json": '{gateway:{mode:"local",port:PORT,bind:"loopback"}}' },
    1,
    /is configured without authentication \(neither a token nor a password is configured\), so it checks no token; it rejected a client/,
  ],
]
const seenBesides: Seen[] = [
  [
    "openclaw",
    "a token under gateway.remote alone",
    { ".openclaw/openclaw.json": `{gateway:{mode:"local",port:PORT,bind:"loopback",remote:{token:"${A}"}}}` },
    1,
    /accepts gateway\.remote\.token only because nothing else gives it a token/,
  ],
  [
    "openclaw",
    "the mode none and a token",
    {
      ".openclaw/openclaw.json": `{gateway:{mode:"local",port:PORT,bind:"loopback",auth:{mode:"none",token:"${A}"}}}`,
    },
    1,
    /accepts a client that sends no token, and so every client \(~\/\.openclaw\/openclaw\.json gateway\.auth\.mode\)/,
  ],
]
describe.each(rowsOf(seenInSuite, seenBesides))("a real %s gateway with %s", (product, _, files, status, says) => {
  it.skipIf(noProduct(product))("is seen as it is", async () => {
    const { code, stdout } = await scanned(product, files)
    expect([code, stdout]).toEqual([status, expect.stringMatching(says)])
  })
})

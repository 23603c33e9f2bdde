import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { bound, managed } from "../../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../../support/engine/plugin.ts"
import { leaks, type Raw } from "../../../support/engine/wire.ts"
import { folder } from "../../../support/hosts/machine.ts"
import { freePort, listens } from "../../../support/products/listener.ts"
import { wireDouble } from "../../../support/products/wire-double.ts"
import { publicDefaults, strong } from "../../../support/tokens.ts"

/** A home whose gateway accepts one token, and what a fleet declares of it. */
async function home(accepted: string, files: { readonly [path: string]: string } = {}, busy?: () => boolean) {
  const top = folder()
  const at = (path: string) => join(top, path)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(at(path), ".."), { recursive: true })
    writeFileSync(at(path), text, { mode: 0o600 })
  }
  const { port, shown } = await wireDouble((token) => token === accepted, busy)
  const places = [
    { path: at("start.sh"), locator: "--token" },
    { path: at(".openclaw/openclaw.json"), locator: "gateway.auth.token" },
    { path: at(".openclaw/.env"), locator: "OPENCLAW_GATEWAY_TOKEN" },
  ]
  const config = at(".openclaw/openclaw.json")
  const gateway: Raw = { host: "local", port, product: "openclaw", name: "studio", config, places }
  const inputs = (more: Raw = {}, of: Raw = {}): Raw => {
    return { rotation: 1, hosts: {}, gateways: [{ ...gateway, ...of }], ...more }
  }
  return { at, port, shown, inputs, gateway }
}

async function plugin(): Promise<Plugin> {
  const started = await startPlugin()
  onTestFinished(() => started.stop())
  return started
}

const config = (auth: object, more: object = {}) => JSON.stringify({ gateway: { auth, ...more } })

test("a first `up` goes on where the running gateway accepts the adopted token", async () => {
  const token = strong()
  const { inputs, at, shown } = await home(token, { "start.sh": `exec openclaw gateway run --token ${token}\n` })
  const preflight = managed(await plugin(), "Preflight", "preflight")
  const adopt = { from: `local|${at("start.sh")}|--token` }
  expect((await preflight.preview(inputs({ adopt }))).step).toBe("create")
  expect(await preflight.up(inputs({ adopt }))).toBe("create")
  expect(shown.filter((each) => each !== token && each !== "")).toEqual([])
})

test("is refused where it accepts none of the tokens that are known, naming what was tried and the ways out", async () => {
  const [other, third] = [strong(), strong()]
  const { inputs, at, port } = await home(strong(), {
    ".openclaw/openclaw.json": config({ mode: "token", token: other }),
    ".openclaw/.env": `OPENCLAW_GATEWAY_TOKEN=${third}\n`,
  })
  const run = await plugin()
  const preflight = managed(run, "Preflight", "preflight")
  const words = `the gateway studio (port ${port} of local) is running and the token that it accepts is not known: it rejected the token in local|${at(".openclaw/openclaw.json")}|gateway.auth.token, the token in local|${at(".openclaw/.env")}|OPENCLAW_GATEWAY_TOKEN (refused: AUTH_TOKEN_MISMATCH). Replacing it would lock out every client that has it. Adopt the token that its clients have (gatekey:token.adopt: {from: "host|path|locator"}, or \`pulumi config set --secret --path 'gatekey:token.adopt.value'\`), stop the gateway first, or set overwrite: true on it to replace its token. Nothing was changed`
  await expect(preflight.preview(inputs())).rejects.toThrow(words)
  await expect(preflight.up(inputs())).rejects.toThrow(words)
  expect(leaks([run.answers, run.messages, run.stdout, run.stderr], [other, third])).toEqual([])
  expect(await preflight.up(inputs({}, { overwrite: true }))).toBe("create")
})

test("is refused where it accepts a token of a file that the stack does not adopt, and says how to", async () => {
  const token = strong()
  const { inputs, at } = await home(token, { "start.sh": `exec openclaw gateway run --token ${token}\n` })
  const preflight = managed(await plugin(), "Preflight", "preflight")
  const place = `local|${at("start.sh")}|--token`
  await expect(preflight.preview(inputs())).rejects.toThrow(
    `accepts the token in ${place}, which the stack does not know; replacing it would lock out every client that has it. Adopt it (gatekey:token.adopt: {from: "${place}"})`,
  )
})

test("goes on where it accepts a public default, which is worth nothing", async () => {
  const [known = ""] = publicDefaults.slice(1)
  const { inputs } = await home(known, { ".openclaw/.env": `OPENCLAW_GATEWAY_TOKEN=${known}\n` })
  expect(await managed(await plugin(), "Preflight", "preflight").up(inputs())).toBe("create")
})

test("tries no more than four tokens", async () => {
  const files = Object.fromEntries([1, 2, 3, 4, 5, 6].map((at) => [`${at}.env`, `T=${strong()}\n`]))
  const { inputs, at, shown } = await home(strong(), files)
  const places = Object.keys(files).map((path) => ({ path: at(path), locator: "T" }))
  const preflight = managed(await plugin(), "Preflight", "preflight")
  await expect(preflight.preview(inputs({}, { places }))).rejects.toThrow("is not known")
  expect(shown.filter((token) => token !== "")).toHaveLength(4)
})

test("a gateway that joins a fleet, or moves to another port, is asked as well; one that is known is not", async () => {
  const run = await plugin()
  const [token, preflight] = [managed(run, "Token", "token"), managed(run, "Preflight", "preflight")]
  await preflight.up({ rotation: 1, hosts: {}, gateways: [] })
  await token.up({ rotation: 1 })
  const { inputs, shown } = await home(strong())
  await expect(preflight.preview(inputs())).rejects.toThrow(
    /it rejected generation 1 \(fp:\w{8}\) \(refused: AUTH_TOKEN_MISMATCH\).* Give the gateway and its clients the stack's token, stop the gateway first/,
  )
  await expect(preflight.up(inputs())).rejects.toThrow("is not known")
  expect(await preflight.up(inputs({}, { overwrite: true }))).toBe("update")
  const before = shown.length
  expect((await preflight.preview(inputs({}, { overwrite: true }))).step).toBe("same")
  expect(shown).toHaveLength(before)
  await expect(preflight.preview(inputs({}, { config: "/elsewhere/openclaw.json" }))).rejects.toThrow("is not known")
})

test("a Flip without a Preflight before it asks as well", async () => {
  const { at, port } = await home(strong(), { ".openclaw/openclaw.json": config({ mode: "token" }) })
  const run = await plugin()
  const [token, flip] = [managed(run, "Token", "token"), managed(run, "Flip", "config")]
  const inputs = { path: at(".openclaw/openclaw.json"), locator: "gateway.auth.token", port, how: "watch" }
  const { outputs } = await token.preview({ rotation: 1 })
  await expect(flip.preview({ ...inputs, ...bound(token, outputs) })).rejects.toThrow("is not known")
  await token.up({ rotation: 1 })
  await expect(flip.up({ ...inputs, ...bound(token) })).rejects.toThrow("is not known")
})

const password = { source: "file", provider: "x", id: "value" }
test.each([
  ["password", config({ mode: "password", password: "P" }), {}, "gateway.auth.mode is password, expected token"],
  ["none", config({ mode: "none" }), {}, "gateway.auth.mode is none, expected token: the gateway lets in every"],
  ["trusted-proxy", config({ mode: "trusted-proxy" }), {}, "the gateway refuses to start as soon as a token"],
  ["an expression", config({ mode: "$" + "{MODE}" }), {}, "what the gateway does with a token is not known"],
  ["no mode, and a password", config({ password: "P" }), {}, "a password is configured (gateway.auth.password)"],
  ["no mode, and a password elsewhere", config({ password }), {}, "a password is configured (gateway.auth.password)"],
  [
    "no mode, and one in .env",
    config({}),
    { ".openclaw/.env": "OPENCLAW_GATEWAY_PASSWORD=P\n" },
    "is configured (OPENCLAW_GATEWAY_PASSWORD in",
  ],
  [
    "no mode, and one in the second .env",
    config({}),
    { ".config/openclaw/gateway.env": "OPENCLAW_GATEWAY_PASSWORD=P\n" },
    "is configured (OPENCLAW_GATEWAY_PASSWORD in",
  ],
  [
    "no mode, and one in a script",
    config({}),
    { "start.sh": "openclaw gateway run --password P\n" },
    "is configured (--password in",
  ],
])(
  "a gateway with mode %s gets no token: the preview says so, whether it runs or not",
  async (_, text, files, words) => {
    const { inputs, at } = await home(strong(), { ".openclaw/openclaw.json": text, ...files })
    const run = await plugin()
    const preflight = managed(run, "Preflight", "preflight")
    await expect(preflight.preview(inputs({}, { port: 1, overwrite: true }))).rejects.toThrow(words)
    if (words.includes("--password")) return
    const [token, place] = [managed(run, "Token", "token"), managed(run, "Placement", "config")]
    const { outputs } = await token.preview({ rotation: 1 })
    const declared = { path: at(".openclaw/openclaw.json"), locator: "gateway.auth.token" }
    await expect(place.preview({ ...declared, ...bound(token, outputs) })).rejects.toThrow(words)
  },
)

test.each([
  ["mode token beside a password", config({ mode: "token", password: "P" })],
  ["no mode and no password", config({})],
])("a gateway with %s gets one", async (_, text) => {
  const { inputs } = await home(strong(), { ".openclaw/openclaw.json": text })
  expect((await managed(await plugin(), "Preflight", "p").preview(inputs({}, { port: 1 }))).step).toBe("create")
})

test("one that speaks TLS has to be known by its certificate before it can be asked", async () => {
  const text = config({ mode: "token" }, { tls: { enabled: true } })
  const { inputs } = await home(strong(), { ".openclaw/openclaw.json": text })
  await expect(managed(await plugin(), "Preflight", "p").preview(inputs())).rejects.toThrow("set tlsFingerprint on it")
})

test.each([
  [
    "a gateway that takes connections and does not answer",
    "openclaw/openclaw.mjs",
    /cannot be asked which token it accepts: it accepts connections but does not answer; try again when/,
  ],
  ["another program that does so", "other-server.cjs", undefined],
])("%s: only what is not the gateway is passed by", async (_, script, words) => {
  const token = strong()
  const { inputs, at } = await home(token, { ".openclaw/.env": `OPENCLAW_GATEWAY_TOKEN=${token}\n` })
  const port = await freePort()
  await listens(port, { script, args: ["gateway", "run"] })
  const preflight = managed(await plugin(), "Preflight", "preflight")
  const asked = preflight.preview(
    inputs({ adopt: { from: `local|${at(".openclaw/.env")}|OPENCLAW_GATEWAY_TOKEN` } }, { port }),
  )
  if (words) await expect(asked).rejects.toThrow(words)
  else expect((await asked).step).toBe("create")
})

test("one that has answered and is too busy for a moment is asked again", async () => {
  const token = strong()
  let connects = 0
  const files = { ".openclaw/.env": `OPENCLAW_GATEWAY_TOKEN=${token}\n` }
  const { inputs, at } = await home(token, files, () => ++connects === 2)
  const preflight = managed(await plugin(), "Preflight", "preflight")
  const adopt = { from: `local|${at(".openclaw/.env")}|OPENCLAW_GATEWAY_TOKEN` }
  expect((await preflight.preview(inputs({ adopt }))).step).toBe("create")
  expect(connects).toBe(3)
})

import { randomBytes } from "node:crypto"
import { describe, expect, test } from "vitest"
import type { Json } from "../../../core/content.ts"
import { trustSettings } from "../../../products/trusted-proxy.ts"
import { withSettings } from "../../../provider/resources/trusted-proxy/edit.ts"
import { parsedConfig } from "../../../survey/files/settings.ts"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder } from "../../support/hosts/machine.ts"
import { homeOf, noProduct } from "../../support/products/gateway.ts"
import { freePort } from "../../support/products/listener.ts"
import { startReady } from "../../support/products/product-process.ts"
import { noHaproxy, startHaproxy, stopHaproxy } from "../../support/proxies/haproxy.ts"
import { layGuard, laySidecar } from "../../support/proxies/own.ts"
import { pki } from "../../support/proxies/pki.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"

const missing = noHaproxy ?? noProduct("openclaw")

interface Row {
  /** Whom the guard lets in. Default: `tw`. */
  readonly client?: string
  /** The name in the guard's certificate, and when that and the node's were issued, in days from now. */
  readonly name?: string
  readonly issued?: { readonly guard?: number; readonly node?: number }
  readonly header?: string
  readonly stopped?: "sidecar" | "guard"
  readonly token?: string
  /** The first cause; undefined if there is none. */
  readonly first: RegExp | undefined
  /** The steps that are not right. */
  readonly wrong: readonly string[]
}

const rows: readonly (readonly [string, Row])[] = [
  ["all is right", { first: undefined, wrong: [] }],
  ["a token that no gateway accepts is left on the node", { token: strong(), first: undefined, wrong: [] }],
  ["the sidecar does not run", { stopped: "sidecar", first: /^proxy-stopped .*the sidecar in /, wrong: ["sidecar"] }],
  ["the guard does not run", { stopped: "guard", first: /^proxy-stopped .*the guard in /, wrong: ["tls", "guard"] }],
  ["the guard does not know the node", { client: "n2", first: /^guard-refuses .* unknown client$/, wrong: ["guard"] }],
  [
    "the node's certificate expired",
    { issued: { node: -40 }, first: /^certificate-expired .*the sidecar in /, wrong: ["certificate", "guard"] },
  ],
  [
    "the guard's certificate expired",
    { issued: { guard: -40 }, first: /^certificate-expired .*the guard in /, wrong: ["tls", "guard"] },
  ],
  [
    "the guard's certificate has another name",
    { name: "other.test", first: /^guard-certificate .* is not valid for /, wrong: ["tls", "guard"] },
  ],
  [
    "the gateway does not go by the guard's header",
    { header: "x-gk-other", first: /^guard-not-trusted /, wrong: ["gateway"] },
  ],
]

describe.skipIf(missing)(`doctor on a node's way by its sidecar${missing ? ` (${missing})` : ""}`, () => {
  test("names the first layer that stops it, and accuses no token", async () => {
    const header = `x-gk-${randomBytes(16).toString("hex")}`
    const port = await freePort()
    const identities = [{ identity: "node:tw", scopes: [] }]
    const settings = trustSettings({ mode: "trusted-proxy", header, identities, isClosed: true, isForwarded: true })
    const text = withSettings(Buffer.from(JSON.stringify({ gateway: { mode: "local", port } })), settings)
    const studio = homeOf("openclaw", parsedConfig(text) as { [key: string]: Json })
    await startReady("openclaw", studio, port)
    const { authority, make } = await pki()
    for (const [title, row] of rows) {
      const [guarded, own, home] = [await freePort(), await freePort(), folder()]
      const names = [row.name ?? "studio.test"]
      const shown = await make({ name: "studio", role: "guard", names }, row.issued?.guard)
      const guard = layGuard(studio, {
        ...{ own: shown, authority: authority.certificate, port: guarded, gateway: port },
        ...{ header: row.header ?? header, clients: [{ name: row.client ?? "tw", generation: 1, role: "node" }] },
      })
      const node = await make({ name: "tw" }, row.issued?.node)
      const sidecar = laySidecar(home, node, authority.certificate, own, guarded)
      lay(home, {
        ".openclaw/openclaw.json": `{gateway:{mode:"remote",remote:{url:"ws://127.0.0.1:${own}"}}}`,
        ".openclaw/state/openclaw.sqlite": `nodeHost.config{"gateway":{"host":"127.0.0.1","port":${own}}}`,
        ...(row.token ? { ".openclaw/.env": `OPENCLAW_GATEWAY_TOKEN=${row.token}\n` } : {}),
      })
      const proxies = [
        ...(row.stopped === "guard" ? [] : [await startHaproxy(guard)]),
        ...(row.stopped === "sidecar" ? [] : [await startHaproxy(sidecar)]),
      ]
      const { stdout, stderr } = await gatekey(["doctor", "--json", "--home", home, "--gateway-home", studio])
      expect(stderr, title).toBe("")
      const { causes, steps } = JSON.parse(stdout) as {
        causes: { code: string; weight: string; sentence: string }[]
        steps: { step: string; says: string; is: string }[]
      }
      const [first] = causes.filter(({ weight }) => weight !== "note")
      if (row.first) expect(`${first?.code} ${first?.sentence}`, title).toMatch(row.first)
      else expect(first, title).toBeUndefined()
      const wrong = steps.filter(({ is, step }) => is === "WRONG" && step !== "service").map(({ step }) => step)
      expect(wrong, title).toEqual(row.wrong)
      expect(steps.find(({ step }) => step === "credential")?.is, title).toBe("-")
      for (const secret of [header, row.token ?? header, "PRIVATE"]) expect(stdout).not.toContain(secret)
      await Promise.all(proxies.map(stopHaproxy))
    }
  })
})

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { Secret } from "../../core/secret.ts"
import { checkTokenByWebSocket } from "../../gateways/gateway.ts"
import { hostOf } from "../../hosts/index.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { homeOf, noProduct } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"
import { startReady } from "../support/products/product-process.ts"
import { strong } from "../support/tokens.ts"

describeEngine("leaving gatekey as docs/first-up.md says", () => {
  test.skipIf(noProduct("openclaw"))(
    "keeps the token in use, and the state tells until then what was removed",
    async () => {
      const [port, token] = [await freePort(), strong()]
      const home = homeOf("openclaw", {
        gateway: {
          mode: "local",
          port,
          bind: "loopback",
          auth: { mode: "token", token },
          controlUi: { enabled: false },
        },
      })
      onTestFinished(() => rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 }))
      const config = join(home, ".openclaw/openclaw.json")
      writeFileSync(join(home, ".openclaw/.env"), "OPENCLAW_GATEWAY_TOKEN=clawdbot-local-dev\n", { mode: 0o600 })
      const held = () => JSON.parse(readFileSync(config, "utf8")).gateway.auth.token
      const stack = await fleetStack()
      onTestFinished(stack.remove)
      const declare = (more: object) =>
        stack.declare({
          token: { rotation: 1, adopt: { from: `local|${config}|gateway.auth.token` } },
          gateways: { studio: { host: "local", home, port, manager: "process", ...more } },
        })
      const up = async () => {
        const { code, output } = await stack.pulumi("up", "--yes")
        expect(code, output).toBe(0)
      }

      declare({})
      await up()
      expect(held()).toMatchObject({ source: "file", provider: "gatekey" })
      const { output } = await stack.pulumi("stack", "export")
      const { resources } = JSON.parse(output).deployment as {
        resources: { urn: string; outputs?: { removed?: object[] } }[]
      }
      const removed = resources.filter(({ outputs }) => outputs?.removed)
      expect(removed.map(({ urn, outputs }) => [urn.split("::").at(-1), outputs?.removed])).toEqual([
        [
          "studio dotenv",
          [
            {
              at: expect.stringMatching(/^\d{4}-.*Z$/),
              what: "the public default clawdbot-local-dev",
              fingerprint: expect.stringMatching(/^fp:\w{8}$/),
            },
          ],
        ],
      ])

      // A stack whose adopted place has become a reference: what it adopted is in its state.
      declare({ delivery: "copy" })
      await up()
      expect(held()).toBe(token)
      expect(existsSync(join(home, ".openclaw/gatekey/gateway-token"))).toBe(false)
      expect((await stack.pulumi("preview", "--expect-no-changes")).code).toBe(0)
      expect((await stack.pulumi("stack", "rm", "--force", "--yes")).code).toBe(0)
      expect(held()).toBe(token)

      await startReady("openclaw", home, port)
      const way = { port, product: "openclaw", dial: () => hostOf("local").dial("127.0.0.1", port) }
      expect((await checkTokenByWebSocket(way, new Secret(token))).kind).toBe("accepted")
    },
    900_000,
  )
})

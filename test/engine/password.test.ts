import { readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test, vi } from "vitest"
import type { ProductName } from "../../products/product.ts"
import { leaksIn } from "../support/canary/leaks.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { clientOf, said } from "../support/first-up/client.ts"
import { startRow } from "../support/first-up/gateway.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { noProduct } from "../support/products/gateway.ts"
import { strong } from "../support/tokens.ts"

vi.setConfig({ testTimeout: 1_800_000, maxConcurrency: 1 })

interface Auth {
  readonly mode?: string
  readonly token?: unknown
  readonly password?: unknown
}

/** A gateway that somebody made by hand with a password, and a stack that is given it. */
async function site(product: ProductName, auth: object, password: string) {
  const row = {
    token: "",
    started: "command",
    product,
    config: () => ({ gateway: { auth } }),
    becomes: "kept",
  } as const
  const running = await startRow(row, password)
  const stack = await fleetStack()
  const { home, port } = running
  const config = join(home, `.${product}/${product}.json`)
  const printed: string[] = []
  return {
    ...{ running, port, printed },
    auth: (): Auth => JSON.parse(readFileSync(config, "utf8")).gateway.auth,
    /** What the stack's secret is now. */
    secret: (): string =>
      product === "openclaw"
        ? readFileSync(join(home, ".openclaw/gatekey/gateway-token"), "utf8").trim()
        : (({ token, password }: Auth) => String(password ?? token))(
            JSON.parse(readFileSync(config, "utf8")).gateway.auth,
          ),
    async run(mode: string | undefined, rotation: number, ...args: string[]) {
      const gateway = { host: "local", home, port, product, manager: "process", ...(mode ? { mode } : {}) }
      const adopt = { from: `local|${config}|gateway.auth.password` }
      stack.declare({ token: { rotation, adopt, protect: false }, gateways: { studio: gateway } })
      const ended = await stack.pulumi(...args)
      printed.push(ended.output)
      return ended
    },
    async end() {
      await running.stop()
      await stack.remove()
    },
  }
}

describeEngine("a gateway with a password", () => {
  for (const product of ["openclaw", "clawdbot"] as const) {
    const run = noProduct(product) ? test.skip : test
    run(`that somebody made by hand is adopted, rotated, migrated to a token and back: ${product}`, async () => {
      const first = strong()
      const at = await site(product, { mode: "password", password: first }, first)
      // clawdbot lets in a client without a device only if it sends a token as well, whatever that is.
      const shown = (secret: string) => ({
        port: at.port,
        auth: product === "clawdbot" ? { token: secret, password: secret } : { password: secret },
      })
      try {
        const client = await clientOf(shown(first))
        expect(client.before).toBe("accepted")
        const preview = await at.run("password", 1, "preview", "--diff")
        expect(preview.code, preview.output).toBe(0)
        const up = await at.run("password", 1, "up", "--yes")
        expect(up.code, up.output).toBe(0)
        expect(at.auth().mode).toBe("password")
        expect(at.auth().token).toBeUndefined()
        await client.end()
        expect(client.told(), at.running.log()).toEqual([])
        expect(await said(shown(first))).toBe("accepted")
        await settled("password", 1)

        const rotation = await at.run("password", 2, "up", "--yes")
        expect(rotation.code, rotation.output).toBe(0)
        const second = at.secret()
        expect(second).not.toBe(first)
        expect(await said(shown(second))).toBe("accepted")
        expect(await said(shown(first))).toMatch(/password.?mismatch/i)

        await migrated("token", undefined, second)
        await migrated("password", "password", second)
        expect(leaksIn(at.printed.join("\n"), [first, second])).toEqual([])
      } finally {
        await at.end()
      }

      async function settled(mode: string | undefined, rotation: number) {
        const again = await at.run(mode, rotation, "preview", "--diff", "--expect-no-changes")
        expect(again.code, again.output).toBe(0)
      }

      /** One restart, which the preview announces, and no other answer for a client that sends the secret. */
      async function migrated(to: "token" | "password", mode: string | undefined, secret: string) {
        const other = to === "token" ? "password" : "token"
        const starts = at.running.starts()
        const both = { token: secret, password: secret }
        const client = await clientOf({ port: at.port, auth: both })
        const preview = await at.run(mode, 2, "preview", "--diff")
        expect(preview.code, preview.output).toBe(0)
        expect(preview.output).toMatch(/the gateway studio restarts itself once/)
        expect(preview.output).toContain(`gateway.auth.mode is set to ${to} and gateway.auth.${other} is removed`)
        const up = await at.run(mode, 2, "up", "--yes")
        expect(up.code, up.output).toBe(0)
        expect(at.auth().mode).toBe(to)
        expect(at.auth()[other]).toBeUndefined()
        expect(at.auth()[to]).toBeDefined()
        expect(at.secret()).toBe(secret)
        await client.end()
        expect(client.before).toBe("accepted")
        expect(client.told(), at.running.log()).toEqual([])
        expect(at.running.starts() - starts, at.running.log()).toBe(1)
        const sent = to === "token" ? { port: at.port, auth: { token: secret } } : shown(secret)
        expect(await said(sent)).toBe("accepted")
        await settled(mode, 2)
      }
    })
  }
})

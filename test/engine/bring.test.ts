import { rmSync } from "node:fs"
import { expect, onTestFinished, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { leaks } from "../support/engine/wire.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { homeOf } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"

const header = "x-gk-0f1e2d3c4b5a69788796a5b4c3d2e1f0"

describeEngine("a proxy of the user's own in the stack's file", () => {
  test("is named in a plain preview while it lacks something, and its header is nowhere in the clear", async () => {
    const [port, proxied] = [await freePort(), await freePort()]
    const home = homeOf("openclaw", { gateway: { mode: "local", port, bind: "loopback" } })
    onTestFinished(() => rmSync(home, { recursive: true, force: true }))
    const stack = await fleetStack()
    onTestFinished(stack.remove)
    stack.declare({
      token: { rotation: 1, protect: false },
      gateways: {
        studio: { host: "local", home, port, manager: "process", mode: "trusted-proxy", bind: "loopback" },
      },
      clients: { laptop: { host: "local", home } },
      guard: { studio: { bring: "nginx", listen: `127.0.0.1:${proxied}`, names: ["studio.test"] } },
    })
    const set = await stack.pulumi("config", "set", "--secret", "--path", "gatekey:guard.studio.identityHeader", header)
    expect(set).toMatchObject({ code: 0 })
    const up = await stack.pulumi("up", "--yes", "--skip-preview")
    expect(up).toMatchObject({ code: 0 })
    expect(up.output).toMatch(/unreachable: it cannot be reached: .*\n?\s*fix: start the proxy/)
    const preview = await stack.pulumi("preview", "--expect-no-changes")
    expect(preview.code).not.toBe(0)
    expect(preview.output).toMatch(/gatekey:index:ProxyCheck.*studio proxy.*update/)
    expect(preview.output).toMatch(/unreachable: it cannot be reached/)
    const state = await stack.pulumi("stack", "export")
    const { resources } = JSON.parse(state.output).deployment
    const authority = resources.find(({ type }: { type: string }) => type === "gatekey:index:Authority")
    expect(authority.outputs.certificate).toMatch(/^-----BEGIN CERTIFICATE-----/)
    expect(leaks([up.output, preview.output, state.output], [header])).toEqual([])
  })
})

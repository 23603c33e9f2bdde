import { execFile } from "node:child_process"
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, onTestFinished, test } from "vitest"
import { blocksOf } from "../support/docs/page.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { leaks } from "../support/engine/wire.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { homeOf } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"

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
    // The page's own commands, as its reader types them.
    const block = blocksOf("docs/proxies.md").find(({ text }) => text.includes("pulumi config set --secret"))
    const env = { ...stack.env, PULUMI_SKIP_CONFIRMATIONS: "true" }
    const cwd = join(stack.folder, "project")
    const up = await promisify(execFile)("sh", ["-ec", block?.text ?? "exit 9"], { cwd, env })
    expect(up.stdout).toMatch(/unreachable: it cannot be reached: .*\n?\s*fix: start the proxy/)
    expect(readFileSync(join(cwd, "gatekey-ca.pem"), "utf8")).toMatch(/^-----BEGIN CERTIFICATE-----/)
    const preview = await stack.pulumi("preview", "--expect-no-changes")
    expect(preview.code).not.toBe(0)
    expect(preview.output).toMatch(/gatekey:index:ProxyCheck.*studio proxy.*update/)
    expect(preview.output).toMatch(/unreachable: it cannot be reached/)
    const { output: header } = await stack.pulumi("config", "get", "--path", "gatekey:guard.studio.identityHeader")
    expect(header.trim()).toMatch(/^x-gk-[0-9a-f]{32}$/)
    const state = await stack.pulumi("stack", "export")
    expect(leaks([up.stdout, up.stderr, preview.output, state.output], [header.trim()])).toEqual([])
  })
})

import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { commandOf } from "../support/docs/page.ts"
import { describeEngine, stack } from "../support/engine/engine.ts"
import { endLeftBehind } from "../support/engine/kill.ts"
import type { Fleet } from "../support/engine/program.ts"
import { freePort } from "../support/products/listener.ts"
import { startEcho } from "../support/proxies/echo.ts"
import { until } from "../support/until.ts"

/** A WebSocket by a sidecar, and what the gateway's place was told of who is there. */
async function open(port: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`)
  onTestFinished(() => socket.terminate())
  await new Promise((resolve, reject) => {
    socket.once("message", resolve)
    socket.once("error", reject)
  })
  return socket
}

function headerIn(home: string): string {
  const configuration = readFileSync(join(home, ".local/state/gatekey/guard/proxy.cfg"), "utf8")
  return /set-header (x-gk-[0-9a-f]{32}) /.exec(configuration)?.[1] ?? "none"
}

const status = (port: number) =>
  new Promise<number>((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`)
    socket.once("unexpected-response", (_request, { statusCode = 0 }) => resolve(statusCode))
    socket.once("open", () => {
      socket.terminate()
      resolve(101)
    })
    socket.once("error", () => resolve(0))
  })

describeEngine("a guard in front of a gateway, and a sidecar at each node", () => {
  test("let in who has a certificate, cut off who is removed, and change nothing when nothing changed", async () => {
    const [echo, guarded, first, second] = [await startEcho(), await freePort(), await freePort(), await freePort()]
    const tw = { name: "tw" }
    const n2 = { name: "n2" }
    const guard = { address: "127.0.0.1", port: guarded, name: "studio.test" }
    const fleet = (clients: readonly { name: string; generation?: number }[], header = 1): Fleet => ({
      places: {},
      guards: {
        guard: {
          manager: "process",
          listen: { address: "127.0.0.1", port: guarded },
          names: ["studio.test"],
          gateway: echo.port,
          ...{ clients, header },
        },
      },
      sidecars: {
        "tw sidecar": { manager: "process", client: tw, port: first, guard },
        "n2 sidecar": { manager: "process", client: n2, port: second, guard },
      },
    })
    const dev = await stack(fleet([tw, n2]))
    onTestFinished(() => endLeftBehind(dev.folder))
    const { preview } = await dev.deploy()
    expect(preview.steps).toEqual(
      expect.arrayContaining(["create guard certificate", "create guard configuration", "create guard service"]),
    )
    const header = headerIn(dev.home)
    await until(async () => (await status(first)) === 101)
    const stays = await open(second)
    const cut = await open(first)
    const identities = echo.requests.map(({ headers }) => headers[header])
    expect(new Set(identities)).toEqual(new Set(["node:tw", "node:n2"]))
    // As the documentation has it: it ends with an alert.
    const [program = "", ...words] = commandOf("docs/guard.md", "openssl s_client")
      .replace("studio.local:18443", `127.0.0.1:${guarded}`)
      .split(" ")
    // Its input stays open, as at a terminal: at the end of it, it would not wait for the alert.
    const { stderr } = await promisify(execFile)(program, words).catch((error) => error)
    expect(stderr).toMatch(/alert certificate required/)
    const files = dev.look()
    await dev.settled()
    expect((await dev.up()).steps).toEqual([])
    expect(dev.look()).toEqual(files)

    dev.declare(fleet([n2]))
    const removed = await dev.deploy()
    expect(removed.preview.steps).toEqual(["update guard configuration"])
    expect(removed.preview.output).toMatch(
      /`pulumi up` writes and loads it; no other connection is dropped, and cuts off tw\.g1/,
    )
    await until(() => cut.readyState === WebSocket.CLOSED)
    expect(stays.readyState).toBe(WebSocket.OPEN)
    expect([await status(first), await status(second)]).toEqual([403, 101])

    // Another generation of the header has another name.
    dev.declare(fleet([n2], 2))
    await dev.deploy()
    expect(await status(second)).toBe(101)
    expect(echo.requests.at(-1)?.headers).toHaveProperty(headerIn(dev.home), "node:n2")
    expect(stays.readyState).toBe(WebSocket.OPEN)
    expect(headerIn(dev.home)).not.toBe(header)

    expect((await dev.pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0)
    expect(await status(second)).toBe(0)
  })
})

import { execFile, execFileSync, spawnSync } from "node:child_process"
import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { commandOf } from "../support/docs/page.ts"
import { describeEngine, stack } from "../support/engine/engine.ts"
import { endLeftBehind } from "../support/engine/kill.ts"
import { engineEnvironment } from "../support/engine/machine.ts"
import { type Fleet, root } from "../support/engine/program.ts"
import { freePort } from "../support/products/listener.ts"
import { attempt } from "../support/proxies/attempt.ts"
import { startEcho } from "../support/proxies/echo.ts"
import { until } from "../support/until.ts"

function headerIn(home: string): string {
  const configuration = readFileSync(join(home, ".local/state/gatekey/guard/proxy.cfg"), "utf8")
  return /set-header (x-gk-[0-9a-f]{32}) /.exec(configuration)?.[1] ?? "none"
}

describeEngine("a client of auth jwt through a guard", () => {
  test("is let in by its program's tokens and by gatekey token, is repaired, and cut off when it is removed", async () => {
    const [echo, port] = [await startEcho(), await freePort()]
    const guard: NonNullable<Fleet["guards"]>[string] = {
      ...{ manager: "process", listen: { address: "127.0.0.1", port }, names: ["studio.test", "studio.local"] },
      ...{ gateway: echo.port, audience: "studio", clients: [{ name: "tw" }] },
    }
    const fleet = (clients: Fleet["clients"]): Fleet => ({
      places: {},
      guards: { guard },
      ...(clients ? { clients } : {}),
    })
    const laptop = { auth: "jwt", audience: "studio" } as const
    const dev = await stack(fleet({ laptop }))
    onTestFinished(() => endLeftBehind(dev.folder))
    const { preview } = await dev.deploy()
    expect(preview.steps).toEqual(expect.arrayContaining(["create laptop key", "create guard configuration"]))
    const folder = join(dev.home, ".local/state/gatekey/laptop")
    const print = () => dev.hide(execFileSync(join(folder, "token"), { encoding: "utf8" }).trim())
    const state = await dev.state()
    const authority = state.deployment.resources?.find(({ type }) => type === "gatekey:index:Authority")
    const ca = String(authority?.outputs?.certificate)
    const answer = (token: string) => attempt({ port, authority: ca, headers: { authorization: `Bearer ${token}` } })
    await until(async () => (await answer(print())).status === 101)
    expect(echo.requests.at(-1)?.headers).toHaveProperty(headerIn(dev.home), "client:laptop")
    await dev.settled()

    const own = ["PULUMI_HOME", "PULUMI_BACKEND_URL"].map((name, at) => [
      name,
      [join(dev.folder, "pulumi"), `file://${join(dev.folder, "backend")}`][at],
    ])
    const env = { ...engineEnvironment, ...Object.fromEntries(own), HOME: dev.home, PULUMI_CONFIG_PASSPHRASE: "" }
    const words = ["token", "laptop", "--stack", "dev", "--cwd", join(dev.folder, "project")]
    const { status, stdout, stderr } = spawnSync(join(root, "cli/gatekey"), words, { env, encoding: "utf8" })
    expect([status, stderr]).toEqual([0, ""])
    expect(await answer(dev.hide(stdout.trim()))).toMatchObject({ status: 101 })

    // As the documentation has it.
    const cwd = join(dev.folder, "project")
    writeFileSync(join(cwd, "ca.pem"), ca)
    const page = "docs/jwt.md"
    for (const command of [
      commandOf(page, "printf 'Authorization: %s'"),
      commandOf(page, "printf 'Authorization: Bearer %s'"),
      commandOf("docs/cli.md", "printf 'Authorization: Bearer %s'"),
    ]) {
      const line = command
        .replace("npx --no -- gatekey token laptop", `${join(root, "cli/gatekey")} token laptop --stack dev`)
        .replace(" curl ", ` curl --silent --resolve studio.local:${port}:127.0.0.1 `)
        .replace("studio.local:18443", `studio.local:${port}`)
      const ended = promisify(execFile)("sh", ["-c", line], { cwd, env })
      expect(await ended).toEqual({ stdout: "reached", stderr: "" })
    }

    // A key that is gone: another one, which the guard learns in the same `up`.
    const earlier = print()
    rmSync(join(folder, "client.key"))
    const drifted = await dev.deploy()
    expect(drifted.preview.steps).toEqual(expect.arrayContaining(["update laptop key", "update guard configuration"]))
    expect(drifted.preview.output).toMatch(/client\.key contains nothing, expected the key of laptop\.g1/)
    expect(await answer(print())).toMatchObject({ status: 101 })
    expect(await answer(earlier)).toEqual({ status: 401, body: "guard: bad-signature" })
    await dev.settled()

    const last = print()
    dev.declare(fleet(undefined))
    await dev.deploy()
    expect((await answer(last)).error ?? (await answer(last)).status).not.toBe(101)
    expect(dev.files().filter((name) => name.includes("laptop"))).toEqual([])
  })

  test("as a node has a sidecar that sends its bearers, and is cut off when it is removed", async () => {
    const [echo, guarded, port] = [await startEcho(), await freePort(), await freePort()]
    const guard: NonNullable<Fleet["guards"]>[string] = {
      ...{ manager: "process", listen: { address: "127.0.0.1", port: guarded }, names: ["studio.test"] },
      ...{ gateway: echo.port, audience: "studio", clients: [{ name: "n2" }] },
    }
    const route = { address: "127.0.0.1", port: guarded, name: "studio.test" }
    const tw: NonNullable<Fleet["sidecars"]>[string] = {
      ...{ manager: "process", client: { name: "tw", auth: "jwt" }, audience: "studio", port, guard: route },
    }
    const dev = await stack({ places: {}, guards: { guard }, sidecars: { tw } })
    onTestFinished(() => endLeftBehind(dev.folder))
    const { preview } = await dev.deploy()
    expect(preview.steps).toEqual(
      expect.arrayContaining(["create tw key", "create tw configuration", "create tw service"]),
    )
    expect(preview.steps).not.toContain("create tw certificate")
    await until(async () => (await open(port)) === 101)
    expect(echo.requests.at(-1)?.headers).toHaveProperty(headerIn(dev.home), "node:tw")
    await dev.settled()

    // Another port is another configuration: the worker that loads it has a bearer at once.
    const moved = await freePort()
    dev.declare({ places: {}, guards: { guard }, sidecars: { tw: { ...tw, port: moved } } })
    expect((await dev.deploy()).preview.steps).toEqual(["update tw configuration"])
    expect(await open(moved)).toBe(101)
    await dev.settled()

    dev.declare({ places: {}, guards: { guard } })
    await dev.deploy()
    await until(async () => (await open(moved)) === 0)
    expect(dev.files().filter((name) => name.includes("/tw/") && !/(?:\.log|master\.sock)$/.test(name))).toEqual([])
  })
})

/** What a WebSocket by a sidecar gets: 0 if nothing listens. */
function open(port: number): Promise<number> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`)
    socket.once("unexpected-response", (_request, { statusCode = 0 }) => resolve(statusCode))
    socket.once("error", () => resolve(0))
    socket.once("open", () => {
      socket.terminate()
      resolve(101)
    })
  })
}

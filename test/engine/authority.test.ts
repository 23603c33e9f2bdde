import { expect, onTestFinished, test } from "vitest"
import { WebSocket } from "ws"
import { describeEngine, stack } from "../support/engine/engine.ts"
import { endLeftBehind } from "../support/engine/kill.ts"
import type { Fleet } from "../support/engine/program.ts"
import { freePort } from "../support/products/listener.ts"
import { startEcho } from "../support/proxies/echo.ts"
import { openBySidecar } from "../support/proxies/rotation.ts"
import { until } from "../support/until.ts"

describeEngine("the certificate authority of a stack", () => {
  test("is rotated in reviewed phases, without a connection closed; nothing of the earlier one is left", async () => {
    const [echo, port, sidecarPort] = [await startEcho(), await freePort(), await freePort()]
    const way = { address: "127.0.0.1", port, name: "studio.test" }
    const listen = { address: "127.0.0.1", port }
    const tw = { name: "tw" }
    const fleet = (authority: NonNullable<Fleet["authority"]>): Fleet => ({
      places: {},
      authority,
      guards: { guard: { manager: "process", listen, names: ["studio.test"], gateway: echo.port, clients: [tw] } },
      sidecars: { "tw sidecar": { manager: "process", client: tw, port: sidecarPort, guard: way } },
    })
    const dev = await stack(fleet({}))
    onTestFinished(() => endLeftBehind(dev.folder))
    await dev.deploy()
    const open = () => openBySidecar({ sidecarPort })
    await until(() =>
      open().then(
        (socket) => socket.terminate() === undefined,
        () => false,
      ),
    )
    const sockets = [await open()]
    onTestFinished(() => {
      for (const each of sockets) each.terminate()
    })
    const authority = async () =>
      (await dev.state()).deployment.resources?.find(({ type }) => type === "gatekey:index:Authority")
    const earlier = String((await authority())?.outputs?.certificate).trim()

    dev.declare(fleet({ generation: 2 }))
    const jump = await dev.pulumi("preview")
    expect(jump.code).not.toBe(0)
    expect(jump.output).toMatch(
      /cannot go from generation 1 to generation 2: the next step is generation 2 with phase trust/,
    )

    dev.declare(fleet({ generation: 2, phase: "trust" }))
    const partial = await dev.pulumi("preview", "--target", String((await authority())?.urn))
    expect(partial.output).toMatch(/the command leaves out a part of the stack, expected all of it; drop `--target`/)

    const proxies = ["update guard configuration", "update tw sidecar configuration"]
    const steps: readonly [NonNullable<Fleet["authority"]>, string, readonly string[]][] = [
      [{ generation: 2, phase: "trust" }, "makes authority g2", proxies],
      [
        { generation: 2, phase: "clients" },
        "issues the certificates of nodes and clients from authority g2",
        ["update tw sidecar certificate", "update tw sidecar configuration"],
      ],
      [
        { generation: 2, phase: "servers" },
        "issues the certificates of guards from authority g2",
        ["update guard certificate", "update guard configuration"],
      ],
      [{ generation: 2 }, "removes authority g1 from every guard and sidecar, and from the state", proxies],
    ]
    for (const [step, change, updates] of steps) {
      dev.declare(fleet(step))
      const { preview } = await dev.deploy()
      expect(preview.output).toContain(change)
      expect([...preview.steps].sort()).toEqual([...updates, "update home"].sort())
      sockets.push(await open())
    }
    expect(sockets.filter(({ readyState }) => readyState !== WebSocket.OPEN)).toEqual([])
    await dev.settled()
    expect(JSON.stringify(await dev.state())).not.toContain(JSON.stringify(earlier).slice(1, -1))
    expect(dev.read(".local/state/gatekey/tw-sidecar/ca.pem")).not.toContain(earlier)
  })
})

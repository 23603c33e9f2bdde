import { spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { expect, onTestFinished, test, vi } from "vitest"
import { leaksIn } from "../support/canary/leaks.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { endLeftBehind } from "../support/engine/kill.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import {
  connected,
  noProduct,
  type RunningNode,
  startFreshNode,
  startGateway,
  startNode,
} from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"
import { noHaproxy } from "../support/proxies/haproxy.ts"
import { until } from "../support/until.ts"

vi.setConfig({ testTimeout: 1_800_000 })

const missing = noHaproxy ?? noProduct("openclaw")

/** A gateway with two paired nodes, all made by hand, and the stack that they are given to. */
async function site() {
  const gateway = await startGateway("openclaw")
  const nodes = { tw: startNode(gateway, "tw"), n2: startNode(gateway, "n2") }
  for (const name of ["tw", "n2"]) await connected(gateway, name)
  await gateway.approve()
  const stack = await fleetStack()
  const [guarded, first, second] = [await freePort(), await freePort(), await freePort()]
  const printed: string[] = []
  const run = async (...args: string[]) => {
    const ended = await stack.pulumi(...args)
    printed.push(ended.output)
    expect(ended.code, ended.output).toBe(0)
    return ended.output
  }
  const home = (node: RunningNode) => ({ host: "local", home: node.home, manager: "process", credential: "device" })
  return {
    ...{ gateway, nodes, stack, run, printed, ways: { tw: first, n2: second } },
    /** Starts one of the nodes anew, by its own way. */
    async restart(name: "tw" | "n2", way: number) {
      await nodes[name].end()
      const before = connects(nodes[name])
      nodes[name] = nodes[name].again(way)
      await until(() => connects(nodes[name]) > before, 120_000)
    },
    declare({ guard = true, sidecars = [] as readonly string[], trusted = false, nodes: others = {} } = {}) {
      const { host = "local", port } = { port: gateway.port }
      const studio = { host, home: gateway.home, port, manager: "process", delivery: "copy" }
      const trust = trusted ? { mode: "trusted-proxy", bind: "loopback" } : {}
      const sidecar = (name: "tw" | "n2") =>
        sidecars.includes(name) ? { sidecar: name === "tw" ? first : second } : {}
      stack.declare({
        token: {
          rotation: 1,
          adopt: { from: `local|${gateway.config}|gateway.auth.token` },
          protect: false,
        },
        gateways: { studio: { ...studio, ...trust } },
        nodes: {
          tw: { ...home(nodes.tw), ...sidecar("tw"), pairing: { name: "tw" } },
          n2: { ...home(nodes.n2), ...sidecar("n2"), pairing: { name: "n2" } },
          ...others,
        },
        ...(guard ? { guard: { studio: { listen: `127.0.0.1:${guarded}`, names: ["studio.test"] } } } : {}),
      })
    },
    async end() {
      for (const node of Object.values(nodes)) await node.stop()
      endLeftBehind(gateway.home)
      for (const node of Object.values(nodes)) endLeftBehind(node.home)
      await gateway.stop()
      await stack.remove()
    },
  }
}

/** The files of a home with a value in them, but for the product's own log. */
function filesWith(home: string, value: string): string[] {
  const { stdout } = spawnSync("grep", ["-rlFf", "-", "--exclude=log", home], { input: value, encoding: "utf8" })
  return stdout.split("\n").filter((line) => line !== "")
}

const connects = (node: RunningNode) => node.log().match(/node host gateway connected/g)?.length ?? 0

describeEngine("a fleet that leaves its shared secret", () => {
  const run = missing ? test.skip : test
  run(
    `goes to certificates and back, with one restart each way and no token handed to a node${missing ? ` (${missing})` : ""}`,
    async () => {
      const at = await site()
      const { gateway } = at
      const restarts = () => gateway.log().match(/received SIGUSR\d; restarting/g)?.length ?? 0
      try {
        at.declare({ guard: false })
        await at.run("up", "--yes")
        await at.restart("tw", gateway.port)
        await at.restart("n2", gateway.port)
        const before = restarts()

        at.declare()
        await at.run("up", "--yes")
        at.declare({ sidecars: ["tw"] })
        await at.run("up", "--yes")
        await at.restart("tw", at.ways.tw)
        at.declare({ sidecars: ["tw", "n2"] })
        await at.run("up", "--yes")
        await at.restart("n2", at.ways.n2)
        expect(restarts()).toBe(before)

        at.declare({ sidecars: ["tw", "n2"], trusted: true })
        expect(await at.run("preview")).toMatch(/no token does: the gateway trusts its guard/)
        expect(restarts()).toBe(before)
        await at.run("up", "--yes")
        expect(restarts()).toBe(before + 1)
        const config = JSON.parse(readFileSync(gateway.config, "utf8"))
        expect(config.gateway).toMatchObject({ bind: "loopback", auth: { mode: "trusted-proxy" } })
        expect(await at.run("preview", "--expect-no-changes", "--diff")).not.toMatch(/warning/)
        await at.run("up", "--yes", "--expect-no-changes")

        // No secret is left: not in a file, not in the environment of a process.
        for (const home of [gateway.home, at.nodes.tw.home, at.nodes.n2.home])
          expect(filesWith(home, gateway.token)).toEqual([])
        for (const { pid } of [gateway, at.nodes.tw, at.nodes.n2])
          expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toMatch(/_GATEWAY_(?:TOKEN|PASSWORD)=/)

        // A node that never had a token gets in by its certificate and an approval.
        const way = await freePort()
        const n3 = startFreshNode("n3", way)
        onTestFinished(() => n3.stop())
        const fresh = (more: object) => ({
          n3: { host: "local", home: n3.home, manager: "process", credential: "device", sidecar: way, ...more },
        })
        at.declare({ sidecars: ["tw", "n2"], trusted: true, nodes: fresh({}) })
        await at.run("up", "--yes")
        at.declare({ sidecars: ["tw", "n2"], trusted: true, nodes: fresh({ pairing: { name: "n3", approve: true } }) })
        n3.run()
        await until(async () => /pairing required/.test(n3.log()), 120_000)
        expect(await at.run("up", "--yes")).toMatch(/approved; now it is approved, not connected/)
        // openclaw pauses a node that waits for its approval until it is started again.
        await n3.end()
        n3.run()
        await until(async () => /node host gateway connected/.test(n3.log()), 120_000)
        // Only now it asks for what it may do.
        await at.run("up", "--yes")
        expect(await at.run("preview", "--expect-no-changes", "--diff")).not.toMatch(/warning/)

        // One that is removed is cut off at the guard, and unknown to the gateway.
        const lines = n3.log().length
        at.declare({ sidecars: ["tw", "n2"], trusted: true })
        expect(await at.run("preview")).toMatch(/cuts off n3\.g1/)
        await at.run("up", "--yes")
        await until(async () => /closed|disconnect|unknown client|403/i.test(n3.log().slice(lines)), 60_000)
        await n3.stop()

        at.declare({ sidecars: ["tw", "n2"] })
        await at.run("up", "--yes")
        expect(restarts()).toBe(before + 2)
        const back = JSON.parse(readFileSync(gateway.config, "utf8"))
        expect(back.gateway.auth.mode).toBe("token")
        expect(back.gateway.auth).not.toHaveProperty("trustedProxy")
        await connected({ ...gateway, token: back.gateway.auth.token }, "tw")
        await at.run("up", "--yes", "--expect-no-changes")
        expect(leaksIn(at.printed.join("\n"), [gateway.token, config.gateway.auth.trustedProxy.userHeader])).toEqual([])
      } finally {
        await at.end()
      }
    },
  )
})

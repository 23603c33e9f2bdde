import { readFileSync } from "node:fs"
import { expect, onTestFinished, test, vi } from "vitest"
import { leaksIn } from "../support/canary/leaks.ts"
import { commandOf } from "../support/docs/page.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { connects, filesWith, nodeNames, startMigrationFleet } from "../support/fleets/migration-fleet.ts"
import { connected, nodeWords, noProduct, startFreshNode } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"
import { noHaproxy } from "../support/proxies/haproxy.ts"
import { until } from "../support/until.ts"

vi.setConfig({ testTimeout: 1_800_000 })

const missing = noHaproxy ?? noProduct("openclaw")

describeEngine("a fleet that leaves its shared secret", () => {
  const run = missing ? test.skip : test
  run(
    `goes to certificates and back, with one restart and two reconnects of a node each way, and no token handed to one${missing ? ` (${missing})` : ""}`,
    async () => {
      const at = await startMigrationFleet()
      const { gateway } = at
      const { restarts } = at
      try {
        at.declare({ guard: false })
        await at.run("up", "--yes", "--skip-preview")
        await at.restart("tw", gateway.port)
        await at.restart("n2", gateway.port)
        const before = restarts()
        const counts = () => nodeNames.map((name) => connects(at.nodes[name]))
        const earlier = counts()

        at.declare()
        await at.run("up", "--yes", "--skip-preview")
        at.declare({ sidecars: ["tw"] })
        await at.run("up", "--yes", "--skip-preview")
        await at.restart("tw", at.ways.tw)
        at.declare({ sidecars: ["tw", "n2"] })
        await at.run("up", "--yes", "--skip-preview")
        await at.restart("n2", at.ways.n2)
        expect(restarts()).toBe(before)
        // Its new way alone: until the switch the gateway trusts no proxy, for which openclaw would close every connection.
        expect(counts()).toEqual(earlier.map((count) => count + 1))
        expect(JSON.parse(readFileSync(gateway.config, "utf8")).gateway).not.toHaveProperty("trustedProxies")

        at.declare({ sidecars: ["tw", "n2"], trusted: true })
        expect(await at.run("preview")).toMatch(/no token does: the gateway trusts its guard/)
        expect(restarts()).toBe(before)
        await at.run("up", "--yes", "--skip-preview")
        expect(restarts()).toBe(before + 1)
        const config = JSON.parse(readFileSync(gateway.config, "utf8"))
        expect(config.gateway).toMatchObject({ bind: "loopback", auth: { mode: "trusted-proxy" } })
        expect(await at.run("preview", "--expect-no-changes", "--diff")).not.toMatch(/warning/)
        await at.run("up", "--yes", "--skip-preview", "--expect-no-changes")
        expect(counts()).toEqual(earlier.map((count) => count + 2))

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
        await at.run("up", "--yes", "--skip-preview")
        at.declare({ sidecars: ["tw", "n2"], trusted: true, nodes: fresh({ pairing: { name: "n3", approve: true } }) })
        // It is started as the documentation has it.
        const [, ...words] = commandOf("docs/guard.md", "openclaw node run").replace("18801", `${way}`).split(" ")
        expect(nodeWords(way, "n3").slice(0, words.length)).toEqual(words)
        n3.run()
        await until(async () => /pairing required/.test(n3.log()), 120_000)
        expect(await at.run("up", "--yes", "--skip-preview")).toMatch(/approved; now it is approved, not connected/)
        // openclaw pauses a node that waits for its approval until it is started again.
        await n3.end()
        n3.run()
        await until(async () => /node host gateway connected/.test(n3.log()), 120_000)
        // Only now it asks for what it may do.
        await at.run("up", "--yes", "--skip-preview")
        expect(await at.run("preview", "--expect-no-changes", "--diff")).not.toMatch(/warning/)

        // One that is removed is cut off at the guard, and unknown to the gateway.
        const lines = n3.log().length
        at.declare({ sidecars: ["tw", "n2"], trusted: true })
        expect(await at.run("preview")).toMatch(/cuts off n3\.g1/)
        await at.run("up", "--yes", "--skip-preview")
        await until(async () => /closed|disconnect|unknown client|403/i.test(n3.log().slice(lines)), 60_000)
        await n3.stop()

        const forth = counts()
        at.declare({ sidecars: ["tw", "n2"] })
        await at.run("up", "--yes", "--skip-preview")
        expect(restarts()).toBe(before + 2)
        const back = JSON.parse(readFileSync(gateway.config, "utf8"))
        expect(back.gateway.auth.mode).toBe("token")
        expect(back.gateway.auth).not.toHaveProperty("trustedProxy")
        expect(back.gateway).not.toHaveProperty("trustedProxies")
        expect(back.gateway.nodes.pairing).toEqual({ autoApproveLocal: false, sshVerify: false })
        await connected({ ...gateway, token: back.gateway.auth.token }, "tw")
        await at.run("up", "--yes", "--skip-preview", "--expect-no-changes")
        expect(counts()).toEqual(forth.map((count) => count + 1))
        expect(leaksIn(at.printed.join("\n"), [gateway.token, config.gateway.auth.trustedProxy.userHeader])).toEqual([])
      } finally {
        await at.end()
      }
    },
  )
})

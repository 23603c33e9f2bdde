import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { describeEngine, stack } from "../support/engine/engine.ts"
import { endLeftBehind } from "../support/engine/kill.ts"
import type { Fleet } from "../support/engine/program.ts"
import { type Farm, noSshHosts, startFarm } from "../support/hosts/ssh-farm.ts"
import { freePort } from "../support/products/listener.ts"
import { startEcho } from "../support/proxies/echo.ts"
import { noHaproxy } from "../support/proxies/haproxy.ts"

const missing = noSshHosts ?? noHaproxy
const remote = missing === undefined ? describe : describe.skip
const own = ".local/state/gatekey/guard"

describeEngine("a host that is away while its client or node comes to a guard", () => {
  remote(missing ?? "on real sshd", () => {
    let farm: Farm
    beforeAll(async () => {
      farm = await startFarm(1)
    })
    afterAll(() => farm.stop())

    test("keeps nobody else from a change, and nothing lets in that it does not have yet", async () => {
      const away = farm.host(1)
      const [echo, port, sidecarPort] = [await startEcho(), await freePort(), await freePort()]
      // By which the host reaches this machine.
      const address = away.address.replace(/\d+$/, "254")
      const jwt = { auth: "jwt", audience: "guard", folder: `~/laptop` } as const
      const there = { host: `ssh://${away.name}` }
      const pad = { ...there, folder: "~/pad" }
      const phone = { ...there, ...jwt, folder: "~/phone" }
      const sidecar = {
        ...{
          ...there,
          manager: "process" as const,
          port: sidecarPort,
          guard: { address, port, name: "guard.internal" },
        },
        ...{ client: { name: "tw", auth: "both" as const }, audience: "guard", folder: "~/tw" },
      } satisfies NonNullable<Fleet["sidecars"]>[string]
      const fleet = (clients: NonNullable<Fleet["clients"]>, sidecars: NonNullable<Fleet["sidecars"]> = {}): Fleet => ({
        places: {},
        guards: {
          guard: {
            ...{ manager: "process", listen: { address, port }, names: [address], gateway: echo.port },
            clients: [],
          },
        },
        ...{ clients, sidecars },
      })
      const dev = await stack(fleet({ laptop: jwt }), {
        env: { GATEKEY_SSH_CONFIG: farm.config, GATEKEY_SSH_CONNECT_TIMEOUT: "5s" },
      })
      onTestFinished(() => endLeftBehind(dev.folder))
      onTestFinished(() => endLeftBehind(away.home))
      const letsIn = () => [...dev.read(`${own}/clients.map`).matchAll(/^(\w+\.g\d+) /gm)].map(([, id]) => id).sort()
      const up = async () => {
        const { code, output } = await dev.up("--skip-preview")
        expect(code, output).toBe(0)
        return output
      }
      await up()
      expect(letsIn()).toEqual(["laptop.g1"])

      // It does not answer: what is made there waits, and everything else is done.
      away.silent(true)
      dev.declare(fleet({ desk: { ...jwt, folder: "~/desk" }, pad, phone }, { "tw sidecar": sidecar }))
      const warned =
        /warning: not made: ssh:\/\/n1\S*: timed out after 5 s\n *fix: the next `pulumi up` that reaches it/
      const preview = await dev.preview()
      expect([preview.code, preview.output]).toEqual([0, expect.stringMatching(warned)])
      expect(await up()).toMatch(warned)
      expect(letsIn()).toEqual(["desk.g1", "pad.g1"])
      expect(await up()).toMatch(warned)
      expect(letsIn()).toEqual(["desk.g1", "pad.g1"])

      away.silent(false)
      await up()
      expect(letsIn()).toEqual(["desk.g1", "pad.g1", "phone.g1", "tw.g1"])
      const first = dev.read(`${own}/keys/phone.g1.pem`)
      await dev.settled()

      // Its key may have been copied: it is cut off at once, and does not count as the key of the next generation.
      away.silent(true)
      const next = fleet(
        { desk: { ...jwt, folder: "~/desk" }, pad, phone: { ...phone, generation: 2 } },
        { "tw sidecar": { ...sidecar, client: { ...sidecar.client, generation: 2 } } },
      )
      dev.declare(next)
      expect(await up()).toMatch(/warning: not changed: ssh:\/\/n1/)
      expect(letsIn()).toEqual(["desk.g1", "pad.g1"])
      expect(dev.exists(`${own}/keys/phone.g1.pem`)).toBe(false)
      away.silent(false)
      await up()
      expect(letsIn()).toEqual(["desk.g1", "pad.g1", "phone.g2", "tw.g2"])
      expect(dev.read(`${own}/keys/phone.g2.pem`)).not.toBe(first)
      await dev.settled()
      expect((await dev.pulumi("destroy", "--yes", "--skip-preview")).code).toBe(0)
    })
  })
})

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { type Farm, noSshHosts, type SshHost, startFarm } from "../support/hosts/ssh-farm.ts"
import { freePort } from "../support/products/listener.ts"

const remote = noSshHosts === undefined ? describe : describe.skip
const secretFile = ".openclaw/gatekey/gateway-token"
const marker = ".local/state/gatekey/gatekey.dev.json"
const tokenOn = ({ home }: Pick<SshHost, "home">) => readFileSync(join(home, secretFile), "utf8").trim()
const markOn = ({ home }: SshHost) => JSON.parse(readFileSync(join(home, marker), "utf8"))

describeEngine("a rotation while a host is away", () => {
  remote(noSshHosts ?? "on real sshd", () => {
    let farm: Farm
    beforeAll(async () => {
      farm = await startFarm(2)
    })
    afterAll(() => farm.stop())

    test("a rotation skips a host that may be behind, reports it until it is updated, and writes nothing twice", async () => {
      const [tw, box] = [farm.host(1), farm.host(2)]
      const stack = await fleetStack({ GATEKEY_SSH_CONFIG: farm.config, GATEKEY_SSH_CONNECT_TIMEOUT: "5s" })
      onTestFinished(() => stack.remove())
      const port = await freePort()
      const here = { home: join(stack.folder, "home") }
      const declare = (rotation: number, more: object = {}) => {
        const node = { manager: "systemd", stray: false, predecessor: false }
        const studio = { host: "local", home: here.home, manager: "process", service: "none", predecessor: false }
        stack.declare({
          token: { rotation, protect: false },
          gateways: { studio: { ...studio, port } },
          nodes: { tw: { ...node, host: "ssh://n1" }, box: { ...node, host: "ssh://n2" } },
          ...more,
        })
      }
      const says = async (expected: number, ...args: string[]) => {
        const { code, output } = await stack.pulumi(...args)
        expect(code, output).toBe(expected)
        return output
      }
      const mayLag = { rotation: { unreachable: ["ssh://n1"] } }
      declare(1)
      await says(0, "up", "--yes", "--skip-preview")
      const first = tokenOn(here)
      expect([tokenOn(tw), tokenOn(box), markOn(tw).generation]).toEqual([first, first, 1])

      tw.kill()
      onTestFinished(() => tw.start())
      declare(2)
      expect(await says(255, "up", "--yes")).toContain(
        "cannot rotate: some hosts cannot be updated; nothing was changed. ssh://n1 is",
      )
      declare(2, mayLag)
      const lags =
        /warning: lags: generation 1 \(fp:\w+\); unreachable: connection refused.*; expected generation 2 \(fp:\w+\)\n *fix: `pulumi up` writes it when its host answers again/
      expect(await says(0, "preview")).toMatch(lags)
      const up = await says(0, "up", "--yes")
      expect(up).toMatch(
        /warning: reached 1 of 2 hosts; not ssh:\/\/n1 \(connection refused.*\)\n *fix: they may be behind/,
      )
      const second = tokenOn(here)
      expect(second).not.toBe(first)
      expect([tokenOn(box), tokenOn(tw)]).toEqual([second, first])
      expect(await says(0, "stack", "output", "receipt")).toMatch(/^generation 2 by .*; lagging: ssh:\/\/n1\n$/)
      expect([markOn(box).generation, markOn(tw).generation]).toEqual([2, 1])

      const later = await says(255, "preview", "--expect-no-changes", "--diff")
      expect(later).toMatch(lags)
      expect(later).toMatch(/~ holds: "lags: generation 1 \(fp:\w+\); unreachable: .*" => "generation 2 \(fp:\w+\)"/)
      expect(await says(0, "up", "--yes")).toMatch(lags)
      expect(await says(0, "stack", "output", "receipt")).toMatch(/^generation 2 by /)

      // Another trouble is still one.
      box.kill()
      expect(await says(255, "up", "--yes")).toMatch(/error: reached 0 of 2 hosts; .*\. The others were skipped/)
      await box.start()

      await tw.start()
      expect(await says(0, "preview")).toMatch(/warning: contains generation 1, the previous token \(fp:\w+\)/)
      await says(0, "up", "--yes")
      expect([tokenOn(tw), markOn(tw).generation]).toEqual([second, 2])
      await says(0, "preview", "--expect-no-changes")
    })
  })
})

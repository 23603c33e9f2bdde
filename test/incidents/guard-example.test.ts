import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { parse } from "yaml"
import { pageText } from "../support/docs/page.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { endLeftBehind } from "../support/engine/kill.ts"
import { root } from "../support/engine/program.ts"
import { type FleetStack, fleetStack } from "../support/fleets/fleet-stack.ts"
import { type Farm, noSystemdHosts, startFarm } from "../support/hosts/ssh-farm.ts"
import { commandOf, environmentOf, noProduct } from "../support/products/gateway.ts"
import { noHaproxy } from "../support/proxies/haproxy.ts"
import { strong } from "../support/tokens.ts"
import { foldersSeen, type Machine, machineOn, until } from "./machine.ts"
import { isConnected, unitMember, unitText } from "./members.ts"
import { pair } from "./openclaw.ts"

const missing = noSystemdHosts ?? noProduct("openclaw") ?? noHaproxy
const remote = missing === undefined ? describe : describe.skip
const folder = join(root, "examples/guard")
const port = 18789

type Config = Record<string, unknown>

describeEngine("the example with a guard", () => {
  remote(missing ?? "on two servers with systemd, real openclaw and HAProxy", () => {
    let farm: Farm
    let stack: FleetStack
    beforeAll(async () => {
      farm = await startFarm(2, { systemd: true, folders: foldersSeen() })
      stack = await fleetStack({ GATEKEY_SSH_CONFIG: farm.config })
    })
    afterAll(async () => {
      if (stack) await endLeftBehind(stack.folder)
      await stack?.remove()
      await farm?.stop()
    })

    /** The example's configuration, of this farm's hosts. */
    const example = () => {
      const [gateway, node] = [farm.host(1), farm.host(2)]
      const text = readFileSync(join(folder, "stack.yaml"), "utf8")
        .replaceAll("me@gw.example", gateway.name)
        .replaceAll("me@box.example", node.name)
        .replaceAll("gw.example", gateway.address)
      const { config } = parse(text) as { config: Config }
      const own = Object.entries(config).map(([key, value]) => [key.replace("gatekey:", ""), value])
      return Object.fromEntries(own) as { gateways: { studio: Config }; token: Config } & Config
    }
    const declare = (change: (studio: Config) => Config) => {
      const { gateways, token, ...others } = example()
      stack.declare({ ...others, token: { ...token, protect: false }, gateways: { studio: change(gateways.studio) } })
    }
    const run = async (...words: string[]) => {
      const { code, output } = await stack.pulumi(...words)
      expect(code, output.slice(-6000)).toBe(0)
      return output
    }
    /** Which files there have a value in them, but for the product's own log. */
    const holding = (machine: Machine, value: string) =>
      machine.run(`cd; grep -rlF --exclude-dir=log --exclude-dir=tmp -e '${value}' . 2>/dev/null || :`)

    test("takes a gateway and a node, which work by a token, to where there is none", async () => {
      const [gw, box] = [machineOn(farm, farm.host(1)), machineOn(farm, farm.host(2))]
      const token = strong()
      const auth = { mode: "token", token }
      gw.run("umask 077; mkdir -p ~/.openclaw ~/tmp")
      gw.write(
        ".openclaw/openclaw.json",
        JSON.stringify({ gateway: { mode: "local", port, bind: "lan", controlUi: { enabled: false }, auth } }),
      )
      box.run("umask 077; mkdir -p ~/.openclaw ~/tmp")
      const url = `ws://${gw.address}:${port}`
      box.write(".openclaw/openclaw.json", JSON.stringify({ gateway: { mode: "remote", remote: { url, token } } }))
      const isIn = (at: number) => () => isConnected(box, at)
      const gateway = unitMember(
        gw,
        "openclaw-gateway.service",
        unitText("openclaw", gw.home, ["gateway", "run"]),
        isIn(port),
      )
      const words = ["node", "run", "--host", gw.address, "--port", `${port}`, "--display-name", "box"]
      const node = unitMember(box, "openclaw-node.service", unitText("openclaw", box.home, words), isIn(port))
      const cli = async (...words: readonly string[]) => {
        const { code, output } = await gateway.ask(`NO_COLOR=1 ${commandOf("openclaw", ...words).join(" ")}`)
        if (code !== 0) throw new Error(`openclaw ${words.join(" ")}: ${output}`)
        return output
      }
      gateway.restart()
      await gateway.told(/http server listening|ready/)
      await pair(node, cli)
      await until(node.connected, node.log)

      // The first step: beside the open port.
      declare(({ mode: _mode, bind: _bind, ...studio }) => studio)
      await run("preview")
      await run("up", "--yes", "--skip-preview")
      await until(node.connected, node.log)

      // The second: as the page has it, by the product's own command.
      const [, install = ""] = /^ *openclaw (node install .*)$/m.exec(pageText("examples/guard/README.md")) ?? []
      const environment = Object.entries(environmentOf("openclaw", box.home)).map(([name, value]) => `${name}=${value}`)
      box.run(`env ${environment.join(" ")} ${commandOf("openclaw", ...install.split(" ")).join(" ")} 2>&1`)
      await until(isIn(18801), node.log)

      // The third.
      declare((studio) => studio)
      expect(await run("preview")).toMatch(/restarts itself once/)
      await run("up", "--yes", "--skip-preview")
      await until(isIn(18801), node.log)
      expect([holding(gw, token), holding(box, token)]).toEqual(["", ""])
      await run("preview", "--expect-no-changes")
    })
  })
})

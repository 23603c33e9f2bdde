import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import { Secret } from "../../core/secret.ts"
import { openSession } from "../../gateways/gateway.ts"
import { hostOf } from "../../hosts/index.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { saysTo } from "../support/fleets/rotations.ts"
import { supervised } from "../support/hosts/supervised.ts"
import { commandOf, environmentOf, nodeWords, noProduct, shareCompiled } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"

const missing = noProduct("openclaw")
const copies = 10

describeEngine("a rotation of a live fleet", () => {
  test.skipIf(missing)(
    `carries a real gateway and its node over while they work, or changes nothing at all [${missing ?? "real openclaw"}]`,
    async () => {
      const live = await liveFleet()
      const { says, token, processes, gateway } = live
      live.declare(1, false)
      await says(0, "up", "--yes", "--skip-preview")
      await live.paired()
      // What the node may do is asked for, and approved, once it is paired.
      live.declare(1)
      await says(0, "up", "--yes", "--skip-preview")
      const settled = await says(0, "preview", "--expect-no-changes")
      expect(settled).not.toContain("Diagnostics:")
      const [first, ran] = [token(), processes()]
      expect(await saysTo(gateway, first)).toBe("accepted")

      const untouched = live.files()
      live.freeze(true)
      live.declare(2)
      const refused = await says(255, "up", "--yes", "--skip-preview")
      expect(refused).toContain("nothing was changed")
      expect(refused).toContain(live.frozen)
      expect(live.files(), "one place of twelve cannot be written").toEqual(untouched)
      expect(await saysTo(gateway, first)).toBe("accepted")
      live.freeze(false)

      const preview = await says(0, "preview")
      expect(preview).toContain("by secrets.reload: no restart; connected clients reconnect within about 2 s")
      const up = await says(0, "up", "--yes")
      expect(up).toMatch(/the gateway accepted generation 2 \(fp:\w+\) \d+ ms after it was written/)
      const second = token()
      expect(second).not.toBe(first)
      expect([await saysTo(gateway, second), await saysTo(gateway, first)]).toEqual([
        "accepted",
        "refused: AUTH_TOKEN_MISMATCH",
      ])
      expect(live.places()).toEqual(Array(copies + 2).fill(second))
      expect(processes(), "nothing was restarted").toEqual(ran)
      await says(0, "preview", "--expect-no-changes")

      live.declare(1)
      await says(0, "up", "--yes", "--skip-preview")
      expect(await saysTo(gateway, first)).toBe("accepted")
      expect(live.places()).toEqual(Array(copies + 2).fill(first))
      expect(processes()).toEqual(ran)
    },
    900_000,
  )
})

/** A gateway and a node that run under gatekey's own supervisor, and more homes that have places alone. */
async function liveFleet() {
  const stack = await fleetStack()
  const port = await freePort()
  const home = (name: string) => join(stack.folder, name)
  const others = Array.from({ length: copies }, (_, at) => `copy${at}`)
  const configs = {
    studio: { gateway: { mode: "local", port, bind: "loopback", auth: { mode: "token" } } },
    tw: { gateway: { mode: "remote", remote: { url: `ws://127.0.0.1:${port}` } } },
  }
  for (const name of ["studio", "tw", ...others]) {
    for (const each of [".openclaw", "tmp"]) mkdirSync(join(home(name), each), { recursive: true, mode: 0o700 })
  }
  for (const [name, config] of Object.entries(configs)) {
    shareCompiled(home(name))
    writeFileSync(join(home(name), ".openclaw/openclaw.json"), JSON.stringify(config), { mode: 0o600 })
  }
  const member = (name: string, words: string[]) => ({
    ...plain(home(name)),
    program: {
      command: commandOf("openclaw", ...words),
      environment: environmentOf("openclaw", home(name)),
      restartDelay: 1,
    },
  })
  const secretFile = (name: string) => join(home(name), ".openclaw/gatekey/gateway-token")
  const frozen = secretFile("copy3")
  const chattr = (flag: string) => execFileSync("chattr", [flag, frozen, join(frozen, "..")])
  const end = async () => {
    await stack.pulumi("destroy", "--yes", "--skip-preview")
    expect(supervised(stack.folder, ["studio", "tw"])).toEqual([])
    await stack.remove()
  }
  onTestFinished(end, 120_000)
  return {
    frozen,
    gateway: { port, product: "openclaw" } as Parameters<typeof saysTo>[0],
    declare(rotation: number, pairing = true) {
      const node = { ...member("tw", nodeWords(port, "tw")), ...(pairing ? { pairing: { approve: true } } : {}) }
      stack.declare({
        token: { rotation, protect: false },
        gateways: { studio: { ...member("studio", ["gateway", "run"]), port } },
        nodes: {
          tw: node,
          ...Object.fromEntries(others.map((name) => [name, { ...plain(home(name)), service: "none" }])),
        },
      })
    },
    async says(expected: number, ...args: string[]) {
      const { code, output } = await stack.pulumi(...args)
      expect(code, output).toBe(expected)
      return output
    },
    /** Until the node is connected: on a busy machine that takes its time. */
    async paired() {
      const token = readFileSync(secretFile("studio"), "utf8").trim()
      for (let tries = 0; tries < 240; tries++) {
        const { session } = await openSession(wayTo(port), new Secret(token), ["operator.read"])
        const { nodes } = ((await session?.request("node.list")) ?? { nodes: [] }) as {
          nodes: { connected: boolean }[]
        }
        session?.close()
        if (nodes.some(({ connected }) => connected)) return
        await pause(1000)
      }
      throw new Error("the node is not connected")
    },
    token: () => readFileSync(secretFile("studio"), "utf8").trim(),
    places: () => ["studio", "tw", ...others].map((name) => readFileSync(secretFile(name), "utf8").trim()),
    processes: () => supervised(stack.folder, ["studio", "tw"]),
    /** What a write by anybody would alter. */
    files: () =>
      others.map((name) => {
        const { ino, mtimeMs, ctimeMs } = statSync(secretFile(name === "copy3" ? "studio" : name))
        return [name, ino, mtimeMs, ctimeMs]
      }),
    freeze: (on: boolean) => chattr(on ? "+i" : "-i"),
  }
}

const wayTo = (port: number) => {
  return { product: "openclaw", port, dial: () => hostOf("local").dial("127.0.0.1", port) }
}

const plain = (home: string) => ({ host: "local", home, manager: "process", predecessor: false })

import { chmodSync, existsSync, linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { leaksIn } from "../support/canary/leaks.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { path } from "../support/engine/machine.ts"
import { type FleetStack, fleetStack } from "../support/fleets/fleet-stack.ts"
import { noUserManager, startUserManager, type UserManager } from "../support/hosts/systemd-user.ts"
import { type Gateway, noProduct, startGateway } from "../support/products/gateway.ts"
import { strong } from "../support/tokens.ts"

const missing = noProduct("openclaw") ?? noUserManager
const unit = "openclaw-node.service"
const backup = ".openclaw/openclaw.json.bak"
const variable = "OPENCLAW_GATEWAY_TOKEN"

describeEngine("a preview says why a member cannot connect", () => {
  describe.skipIf(missing)(`a real gateway, real systemd${missing ? ` (${missing})` : ""}`, () => {
    const folder = mkdtempSync(join(tmpdir(), "gatekey-causes-"))
    const looks = join(folder, "looks")
    const token = strong()
    const foreign = strong()
    let systemd: UserManager
    let gateway: Gateway
    let stack: FleetStack
    let transcript = ""

    beforeAll(async () => {
      systemd = await startUserManager()
      gateway = await startGateway("openclaw", token, true)
      // Nothing but a look at a home asks for the crontab.
      write(join(folder, "bin/crontab"), `#!/bin/sh\necho look >>${looks}\nexit 1\n`)
      // A node as far as its unit tells; what another program gives it would not be known.
      write(join(folder, "bin/openclaw"), "#!/bin/sh\nexec sleep 100000\n")
      for (const each of ["crontab", "openclaw"]) chmodSync(join(folder, "bin", each), 0o755)
      stack = await fleetStack({ ...systemd.env, PATH: `${join(folder, "bin")}:${path}` })
      const remote = { url: `ws://127.0.0.1:${gateway.port}` }
      write(at(".openclaw/openclaw.json"), JSON.stringify({ gateway: { mode: "remote", remote } }))
      systemd.unit(
        unit,
        `[Unit]\nDescription=openclaw node\n[Service]\nExecStart=${folder}/bin/openclaw node run --host 127.0.0.1 --port ${gateway.port}\n[Install]\nWantedBy=default.target\n`,
      )
      systemd.systemctl("daemon-reload")
      systemd.systemctl("enable", "--now", "-q", unit)
      stack.declare({
        token: { rotation: 1, protect: false, adopt: { from: `local|${gateway.secretFile}|*` } },
        gateways: {
          studio: { host: "local", home: gateway.home, port: gateway.port, manager: "process", predecessor: false },
        },
        nodes: {
          tw: { host: "local", manager: "systemd", predecessor: false, stray: false },
          // Beside the gateway, in the same home.
          mini: { host: "local", home: gateway.home, manager: "process", url: remote.url, stray: false },
        },
      })
      await says(0, "up", "--yes", "--skip-preview")
    })
    afterAll(async () => {
      expect(leaksIn(transcript, [token, foreign])).toEqual([])
      await stack?.remove()
      await gateway?.stop()
      await systemd?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    const at = (name: string) => join(systemd.home, name)
    const says = async (expected: number, ...args: string[]) => {
      const { code, output } = await stack.pulumi(...args)
      transcript += output
      expect(code, output).toBe(expected)
      return output
    }
    const lookedAt = () => (existsSync(looks) ? readFileSync(looks, "utf8").split("\n").length - 1 : 0)
    const settled = async () => {
      rmSync(looks, { force: true })
      expect(await says(0, "preview", "--expect-no-changes")).not.toContain("Diagnostics:")
      expect(lookedAt(), "looks at a healthy fleet").toBe(0)
    }

    test("nothing is looked at, and nothing is said, where all is well", settled)

    test("an undeclared stale drop-in is reported once, at the node's handshake", async () => {
      const dropIns = at(`.config/systemd/user/${unit}.d`)
      write(join(dropIns, "50-mine.conf"), `[Service]\nEnvironment=${variable}=${foreign}\n`)
      const restart = () => {
        systemd.systemctl("daemon-reload")
        systemd.systemctl("restart", unit)
      }
      restart()
      const output = await says(0, "preview")
      expect(output).toMatch(
        /\(tw handshake\):\n {4}warning: tw will be rejected: the environment in its unit's drop-in \(~\/\.config\/systemd\/user\/openclaw-node\.service\.d\/50-mine\.conf\) overrides the config \(~\/\.openclaw\/gatekey\/gateway-token\), so it sends B, but studio accepts A, generation 1 \(fp:\w{8}\)\.?\n {4}fix: remove OPENCLAW_GATEWAY_TOKEN from ~\/\S+50-mine\.conf\n/,
      )
      expect(output.split("Diagnostics:")[1]?.match(/will be rejected/g)).toHaveLength(1)
      expect(lookedAt(), "homes: the node's and its gateway's").toBe(2)
      rmSync(dropIns, { recursive: true })
      restart()
      await settled()
    })

    test("members in one home share one probe, and one try with a token that may be rejected", async () => {
      write(gateway.secretFile, `${foreign}\n`)
      rmSync(looks, { force: true })
      const refused = () => gateway.log().match(/reason=token_mismatch/g)?.length ?? 0
      const before = refused()
      const said = (await says(0, "preview")).split("Diagnostics:")[1] ?? ""
      expect(said).toMatch(
        /\(studio handshake\):\n {4}warning: The running gateway on studio still accepts the previous token: its secret file/,
      )
      expect(said.match(/still accepts the previous token/g)).toHaveLength(1)
      expect([lookedAt(), refused() - before]).toEqual([1, 1])
      await says(0, "up", "--yes")
      await settled()
    })

    test.each([
      ["a second name of the secret file", () => linkSync(gateway.secretFile, join(gateway.home, "second")), "second"],
      [
        "a backup with the live token",
        () => write(join(gateway.home, backup), JSON.stringify({ gateway: { auth: { token } } })),
        backup,
      ],
    ])("%s is no drift, and worth a word", async (_, spoil, name) => {
      spoil()
      const said = (await says(0, "preview", "--expect-no-changes")).split("Diagnostics:")[1]
      expect(said).toMatch(
        name === backup
          ? /\(studio handshake\):\n {4}warning: ~\/\.openclaw\/openclaw\.json\.bak gateway\.auth\.token on \S+ contains the live token/
          : /\(studio handshake\):\n {4}warning: The secret file ~\/\.openclaw\/gatekey\/gateway-token of studio has 2 names/,
      )
      rmSync(join(gateway.home, name))
      await settled()
    })
  })
})

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, text, { mode: 0o600 })
}

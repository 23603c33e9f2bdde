import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { describeEngine } from "../support/engine/engine.ts"
import { type FleetStack, fleetStack } from "../support/fleets/fleet-stack.ts"
import { type Farm, noSshHosts, type SshHost, startFarm } from "../support/hosts/ssh-farm.ts"

const remote = noSshHosts === undefined ? describe : describe.skip

describeEngine("hosts over ssh", () => {
  remote(noSshHosts ?? "on real sshd", () => {
    let farm: Farm
    let stack: FleetStack

    beforeAll(async () => {
      farm = await startFarm(3)
    })
    afterAll(() => farm.stop())

    /**
     * A gateway and two nodes, each on a host of its own that nothing was done to yet. The hosts share this machine's
     * processes, so what gateways other tests run here is not asked.
     */
    async function fleet(rotation = 1): Promise<void> {
      for (const { home } of farm.hosts)
        for (const name of readdirSync(home)) rmSync(join(home, name), { recursive: true })
      stack = await fleetStack({ GATEKEY_SSH_CONFIG: farm.config, GATEKEY_SSH_CONNECT_TIMEOUT: "5s" })
      onTestFinished(() => stack.remove())
      declare(rotation)
    }

    function declare(
      rotation: number,
      nodes: object = {
        tw: { host: "ssh://n2", manager: "launchd", stray: false },
        box: { host: "ssh://root@n3:22", manager: "systemd", stray: false },
      },
    ): void {
      stack.declare({
        token: { rotation, protect: false },
        gateways: { studio: { host: "ssh://n1", manager: "systemd", predecessor: false } },
        nodes,
      })
    }

    const says = async (expected: number, ...args: string[]) => {
      const { code, output } = await stack.pulumi(...args)
      expect(code, output).toBe(expected)
      return output
    }

    const settled = () => says(0, "preview", "--expect-no-changes")

    test("remote hosts are declared, repaired and rotated like the local one", async () => {
      await fleet()
      write(farm.host(2), ".openclaw/openclaw.json", "// mine\r\n{ gateway: { port: 1 } }\r\n", 0o640)
      const created = await says(0, "preview")
      expect(created).toContain("preflight")
      await says(0, "up", "--yes", "--skip-preview")
      await settled()
      const token = tokenOn(farm.host(1))
      expect(token).toMatch(/^[0-9a-f]{64}$/)
      for (const host of farm.hosts) {
        expect(tokenOn(host)).toBe(token)
        expect(mode(host, secretFile)).toBe("600")
        expect(mode(host, dirname(secretFile))).toBe("700")
      }
      const config = read(farm.host(2), ".openclaw/openclaw.json")
      expect(config).toMatch(/^\/\/ mine\r\n\{ gateway: \{ port: 1,/)
      expect(config).not.toContain(token)
      expect(mode(farm.host(2), ".openclaw/openclaw.json")).toBe("640")

      write(farm.host(2), ".openclaw/.env", "A=1\nOPENCLAW_GATEWAY_TOKEN=clawdbot-local-dev\n")
      write(farm.host(3), secretFile, "0".repeat(64))
      chmodSync(join(farm.host(1).home, secretFile), 0o644)
      const before = farm.hosts.map(snapshot)
      const drift = await says(255, "preview", "--expect-no-changes")
      expect(drift).toContain(
        "(tw dotenv):\n    warning: contains the public default clawdbot-local-dev; expected nothing",
      )
      expect(drift).toContain("(box secret file):\n    warning: contains another token (fp:")
      expect(drift).toContain("others can read the file (0644)")
      expect(drift).toContain("~ 3 to update")
      expect(farm.hosts.map(snapshot)).toEqual(before)
      await says(0, "up", "--yes", "--skip-preview")
      expect(read(farm.host(2), ".openclaw/.env")).toBe("A=1\n")
      expect(tokenOn(farm.host(3))).toBe(token)
      const healed = farm.hosts.map(snapshot)
      await says(0, "up", "--yes", "--skip-preview")
      expect(farm.hosts.map(snapshot), "a second `up` writes no byte").toEqual(healed)

      declare(2)
      expect(await says(0, "preview")).toMatch(/generation 1 \(fp:\w+\) => generation 2 \(fp:\w+\)/)
      await says(0, "up", "--yes", "--skip-preview")
      const rotated = farm.hosts.map(tokenOn)
      expect(new Set(rotated).size).toBe(1)
      expect(rotated[0]).not.toBe(token)
      declare(1)
      await says(0, "up", "--yes", "--skip-preview")
      expect(farm.hosts.map(tokenOn)).toEqual([token, token, token])

      await says(0, "destroy", "--yes")
      for (const host of farm.hosts) expect(existsSync(join(host.home, secretFile))).toBe(false)
    })

    test("unreachable hosts are reported once and skipped; the next `up` finishes", async () => {
      await fleet()
      await says(0, "up", "--yes", "--skip-preview")
      // The gateway is written after its nodes: a node that does not answer must not keep it from being healed.
      write(farm.host(1), ".openclaw/.env", "OPENCLAW_GATEWAY_TOKEN=clawdbot-local-dev\n")
      write(farm.host(2), ".openclaw/.env", "OPENCLAW_GATEWAY_TOKEN=clawdbot-local-dev\n")
      cut(farm.host(2))
      const seen = await says(255, "preview", "--expect-no-changes")
      expect(
        seen.match(/warning: ssh:\/\/n2 is unreachable: (?:timed out after 5 s|no route to it); see: ssh n2/g),
      ).toHaveLength(2)
      expect(seen).toContain("(studio dotenv):\n    warning: contains the public default")
      const up = await says(255, "up", "--yes")
      expect(up).toMatch(
        /error: reached 2 of 3 hosts; not ssh:\/\/n2 \(.*\)\. The others were skipped; run `pulumi up` again/,
      )
      expect(up).not.toContain("    at ")
      expect(read(farm.host(1), ".openclaw/.env")).toBe("")
      expect(await says(255, "preview", "--expect-no-changes")).toContain("ssh://n2 is unreachable")
      reconnect(farm.host(2))
      await says(0, "up", "--yes", "--skip-preview")
      expect(read(farm.host(2), ".openclaw/.env")).toBe("")
      await settled()
    })

    test("a rotation needs every remote host to answer: else nothing is changed, and every problem is reported", async () => {
      await fleet()
      await says(0, "up", "--yes", "--skip-preview")
      farm.host(2).kill()
      onTestFinished(() => farm.host(2).start())
      linkSync(join(farm.host(3).home, ".openclaw/openclaw.json"), join(farm.host(3).home, "second name"))
      const before = farm.hosts.map(snapshot)
      declare(2)
      for (const args of [["preview"], ["up", "--yes"], ["up", "--yes", "--skip-preview"]]) {
        const output = await says(255, ...args)
        expect(output).toContain("cannot rotate: some hosts cannot be updated; nothing was changed. ")
        expect(output).toContain("ssh://n2 is unreachable: connection refused")
        expect(output).toContain("~/.openclaw/openclaw.json on ssh://root@n3:22: has 2 hard links")
      }
      expect(farm.hosts.map(snapshot)).toEqual(before)
    })

    test("remote hosts keep their token when only their name changes", async () => {
      await fleet()
      await says(0, "up", "--yes", "--skip-preview")
      const token = tokenOn(farm.host(2))
      declare(1, { tw: { host: `ssh://root@${farm.host(2).address}`, manager: "launchd", stray: false } })
      expect(await says(0, "up", "--yes")).toContain("replaced")
      expect(tokenOn(farm.host(2))).toBe(token)
    })

    test("remote hosts that are permanently gone can be removed from the state", async () => {
      await fleet()
      await says(0, "up", "--yes", "--skip-preview")
      cut(farm.host(3))
      declare(1, { tw: { host: "ssh://n2", manager: "launchd", stray: false } })
      const up = await says(255, "up", "--yes", "--skip-preview")
      expect(up).toMatch(
        /ssh:\/\/root@n3:22 is unreachable: .*; if it is permanently gone: pulumi state delete 'urn:.*'; and rotate, as it still knows the token/,
      )
      expect(up).toContain("warning: box (node on ssh://root@n3:22) gets the token no more; its machine, and anybody")
      reconnect(farm.host(3))
      await says(0, "up", "--yes", "--skip-preview")
      expect(existsSync(join(farm.host(3).home, secretFile))).toBe(false)
    })
  })
})

const secretFile = ".openclaw/gatekey/gateway-token"

function read({ home }: SshHost, name: string): string {
  return readFileSync(join(home, name), "utf8")
}

function tokenOn(host: SshHost): string {
  return read(host, secretFile).trim()
}

function write({ home }: SshHost, name: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(join(home, name)), { recursive: true, mode: 0o700 })
  writeFileSync(join(home, name), text)
  chmodSync(join(home, name), mode)
}

function mode({ home }: SshHost, name: string): string {
  return (statSync(join(home, name)).mode & 0o777).toString(8)
}

function digest(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex")
}

/** Every file with its inode, mode, time and a digest of its content. */
function snapshot({ home }: SshHost): Record<string, string> {
  const names = readdirSync(home, { recursive: true }) as string[]
  return Object.fromEntries(
    names.sort().map((name) => {
      const stat = statSync(join(home, name), { bigint: true })
      return [name, `${stat.ino} ${stat.mode} ${stat.mtimeNs} ${stat.isFile() ? digest(join(home, name)) : ""}`]
    }),
  )
}

/** Its packets are lost from now on. */
function cut({ link }: SshHost): void {
  execFileSync("ip", ["link", "set", link, "down"])
  onTestFinished(() => void execFileSync("ip", ["link", "set", link, "up"]))
}

function reconnect({ link }: SshHost): void {
  execFileSync("ip", ["link", "set", link, "up"])
}

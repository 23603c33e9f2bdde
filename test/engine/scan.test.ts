import { execFile } from "node:child_process"
import { randomBytes } from "node:crypto"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { expect, onTestFinished, test } from "vitest"
import { parseDocument } from "yaml"
import { leaksIn } from "../support/canary/leaks.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { root } from "../support/engine/program.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { saysTo } from "../support/fleets/rotations.ts"
import { connected, noProduct, startGateway, startNode } from "../support/products/gateway.ts"

const missing = noProduct("openclaw")

describeEngine("gatekey scan on a mess that grew by hand", () => {
  test.skipIf(missing)(
    `declares it, and one up makes it clean while the gateway works [${missing ?? "real openclaw"}]`,
    async () => {
      const gateway = await startGateway("openclaw")
      onTestFinished(() => gateway.stop())
      const node = startNode(gateway, "tw")
      onTestFinished(() => node.stop())
      await connected(gateway, "tw")
      await gateway.approve()
      const [stale, older] = [randomBytes(32).toString("hex"), randomBytes(32).toString("hex")]
      const secrets = [gateway.token, stale, older]
      const put = (home: string, name: string, text: string, mode = 0o600) => {
        mkdirSync(dirname(join(home, name)), { recursive: true })
        writeFileSync(join(home, name), text, { mode })
      }
      put(gateway.home, ".openclaw/.env", `# by hand\nOPENCLAW_GATEWAY_TOKEN=${stale}\n`)
      put(gateway.home, ".openclaw/openclaw.json.bak", JSON.stringify({ gateway: { auth: { token: older } } }))
      put(gateway.home, ".zshrc", "export EDITOR=vi\nexport CLAWDBOT_GATEWAY_TOKEN=clawdbot-local-dev\n")
      put(gateway.home, "bin/report.sh", `#!/bin/sh\nopenclaw gateway call health --token ${stale} --json\n`, 0o700)
      put(gateway.home, "bin/ask.sh", `#!/bin/sh\nexport OPENCLAW_GATEWAY_TOKEN='${older}'\ncurl -s localhost\n`, 0o755)
      put(node.home, ".openclaw/.env", `OPENCLAW_GATEWAY_TOKEN=${stale}\n`)
      const keeps = { config: readFileSync(gateway.config, "utf8"), pid: gateway.pid, node: node.pid }

      const stack = await fleetStack()
      onTestFinished(stack.remove)
      const project = join(stack.folder, "project")
      const printed: string[] = []
      const gatekey = (...args: string[]) =>
        new Promise<{ code: number; output: string }>((done) =>
          execFile(join(root, "cli/gatekey"), args, { cwd: project, env: stack.env }, (error, stdout, stderr) => {
            printed.push(stdout + stderr)
            done({ code: error ? Number(error.code) : 0, output: stdout + stderr })
          }),
        )
      const homes = ["--home", gateway.home, "--home", node.home]

      const first = await gatekey("scan", ...homes, "--write", "Pulumi.found.yaml")
      expect(first.code, first.output).toBe(1)
      expect(first.output.split("\n").slice(1, 3)).toEqual([
        expect.stringMatching(/ accepts A\.$/),
        expect.stringMatching(/will be rejected: .*\.openclaw\/\.env overrides .*it sends B, but .* accepts A/),
      ])
      const written = readFileSync(join(project, "Pulumi.found.yaml"), "utf8")
      expect(leaksIn(written, secrets)).toEqual([])
      expect(written).toContain("gateway.auth.token")
      const again = await gatekey("scan", ...homes, "--write", "Pulumi.found.yaml")
      expect(again.output).toContain("has a config already, which is never overwritten")
      expect(readFileSync(join(project, "Pulumi.found.yaml"), "utf8")).toBe(written)

      // Values that are neither in use, weak nor a backup's, and all scripts, wait for the user.
      expect(written.match(/^ *overwrite: true$/gm)).toHaveLength(1)
      const decided = written.replace(/^( *)# /gm, "$1")
      writeFileSync(join(project, "Pulumi.found.yaml"), decided)

      expect((await stack.pulumi("stack", "init", "found")).code).toBe(0)
      const refusals: string[] = []
      let working = true
      const client = (async () => {
        for (; working; await pause(100)) {
          const said = await saysTo(gateway, gateway.token)
          if (said !== "accepted") refusals.push(said)
        }
      })()
      const up = await stack.pulumi("up", "--yes", "--stack", "found")
      const settled = await stack.pulumi("preview", "--expect-no-changes", "--stack", "found")
      working = false
      await client
      printed.push(up.output, settled.output)
      expect(up.code, up.output).toBe(0)
      expect(settled.code, settled.output).toBe(0)
      expect(refusals).toEqual([])

      const last = await gatekey("scan", ...homes, "--stack", "found")
      expect(last.output).toMatch(/^Checked .*\nClean: /)
      expect(last.code, last.output).toBe(0)
      expect(last.output).toMatch(/generation 1 \(fp:\w+\)/)
      expect(await saysTo(gateway, gateway.token)).toBe("accepted")
      expect(readFileSync(gateway.config, "utf8"), "what was right is left alone").toBe(keeps.config)
      for (const pid of [keeps.pid, keeps.node]) expect(() => process.kill(pid, 0)).not.toThrow()
      expect(readFileSync(join(gateway.home, "bin/report.sh"), "utf8")).toBe(
        "#!/bin/sh\nopenclaw gateway call health --json\n",
      )
      expect(readFileSync(join(gateway.home, "bin/ask.sh"), "utf8")).toBe("#!/bin/sh\ncurl -s localhost\n")
      expect(readFileSync(join(gateway.home, ".zshrc"), "utf8")).toBe("export EDITOR=vi\n")

      // Passphrase, state and file are lost: the same command is the way back, and the fleet keeps its token.
      expect((await stack.pulumi("stack", "rm", "found", "--force", "--yes")).code).toBe(0)
      expect((await gatekey("scan", ...homes, "--write", "Pulumi.found.yaml")).output).toContain(
        "\nWrote Pulumi.found.yaml",
      )
      expect((await stack.pulumi("stack", "init", "found")).code).toBe(0)
      const told = await stack.pulumi("preview", "--stack", "found")
      expect(told.output).toMatch(/raise gatekey:token\.rotation to 2, set gatekey:rotation\.supersede: 1, and adopt/)
      const file = join(project, "Pulumi.found.yaml")
      const found = parseDocument(readFileSync(file, "utf8"))
      expect(found.hasIn(["config", "gatekey:token", "adopt", "from"])).toBe(true)
      found.setIn(["config", "gatekey:token", "rotation"], 2)
      found.setIn(["config", "gatekey:rotation"], { supersede: 1 })
      writeFileSync(file, found.toString())
      const back = await stack.pulumi("up", "--yes", "--stack", "found")
      expect(back.code, back.output).toBe(0)
      expect((await stack.pulumi("preview", "--expect-no-changes", "--stack", "found")).code).toBe(0)
      expect(await saysTo(gateway, gateway.token)).toBe("accepted")
      printed.push(told.output, back.output)
      expect(leaksIn(printed.join(""), secrets)).toEqual([])
    },
    300_000,
  )
})

import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { leaksIn } from "../support/canary/leaks.ts"
import { copyOfSources } from "../support/cli/packed.ts"
import { startRegistry } from "../support/cli/registry.ts"
import { shellSession } from "../support/cli/shell-session.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { path } from "../support/engine/machine.ts"
import { root } from "../support/engine/program.ts"
import { saysTo } from "../support/fleets/rotations.ts"
import { noProduct, startGateway } from "../support/products/gateway.ts"

const missing = noProduct("openclaw")

/** The steps of the README's list: the lines below each numbered comment. */
function steps(): readonly string[] {
  const section = /## Your own fleet in ten minutes\n.*?```sh\n(.*?)```/s.exec(
    readFileSync(join(root, "README.md"), "utf8"),
  )
  return (section?.[1] ?? "").split(/^# \d+\. .*\n/m).slice(1)
}

describeEngine("the README's list", () => {
  test.skipIf(missing)(
    `from an empty folder to a fleet that was deployed, rotated and reverted, while its gateway works [${missing ?? "real openclaw"}]`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "gatekey-minutes-"))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const gateway = await startGateway("openclaw")
      onTestFinished(() => gateway.stop())
      const { pid, config } = gateway
      const clone = copyOfSources(join(folder, "gatekey"))
      // What an earlier `make setup` installed.
      mkdirSync(join(clone, ".tools"))
      for (const name of ["bin", "node"]) symlinkSync(join(root, ".tools", name), join(clone, ".tools", name))
      const registry = await startRegistry()
      onTestFinished(() => void registry.stop())
      const session = shellSession(clone, {
        ...{ HOME: gateway.home, PATH: path, TMPDIR: folder, npm_config_cache: join(folder, "npm") },
        ...{ npm_config_registry: registry.url, npm_config_audit: "false", npm_config_update_notifier: "false" },
        // Of the user: an answer to Pulumi's question, a name for git, and no traffic.
        ...{ PULUMI_SKIP_CONFIRMATIONS: "true", PULUMI_SKIP_UPDATE_CHECK: "1" },
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        ...{ GIT_AUTHOR_NAME: "me", GIT_AUTHOR_EMAIL: "me@example.org" },
        ...{ GIT_COMMITTER_NAME: "me", GIT_COMMITTER_EMAIL: "me@example.org" },
      })
      onTestFinished(() => session.end())
      const printed: string[] = []
      const run = async (lines: string) => {
        const output = await session.run(lines)
        printed.push(output)
        return output
      }
      const tokenInFile = () => /[0-9a-f]{64}/.exec(readFileSync(config, "utf8"))?.[0] ?? ""

      const list = steps()
      expect(list).toHaveLength(10)
      const before = readFileSync(config, "utf8")
      for (const step of list.slice(0, 6)) await run(step)
      expect(await run(list[6] ?? "")).toMatch(/\+ \d+ to create/)
      expect(readFileSync(config, "utf8")).toBe(before)

      await run(list[7] ?? "")
      expect(tokenInFile() === gateway.token).toBe(true)
      expect(await saysTo(gateway, gateway.token)).toBe("accepted")

      await run(list[8] ?? "")
      const rotated = tokenInFile()
      expect(rotated === gateway.token).toBe(false)
      expect(await saysTo(gateway, rotated)).toBe("accepted")
      expect(await saysTo(gateway, gateway.token)).not.toBe("accepted")

      await run(list[9] ?? "")
      expect(tokenInFile() === gateway.token).toBe(true)
      expect(await saysTo(gateway, gateway.token)).toBe("accepted")
      expect(() => process.kill(pid, 0)).not.toThrow()
      expect(leaksIn(printed.join("\n"), [gateway.token, rotated])).toEqual([])
    },
  )
})

import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { expect, test } from "vitest"
import { describeEngine, stack } from "../support/engine.ts"
import { root } from "../support/engine-program.ts"

const places = {
  "studio secret file": { path: "~/gateway-token", locator: "*" },
  "tw dotenv": { path: "~/.env", locator: "OPENCLAW_GATEWAY_TOKEN", must: "nothing", why: "it wins" },
} as const

describeEngine("a real preview's report", () => {
  test("says a rotation and a place that differs, without any token", async () => {
    const dev = await stack({ places })
    expect((await dev.up("--skip-preview")).code).toBe(0)
    dev.write(".env", `OPENCLAW_GATEWAY_TOKEN=${dev.foreign()}\n`)
    dev.declare({ token: { rotation: 2 }, places })
    const { output } = await dev.pulumi("preview", "--json")
    const { status, stdout } = spawnSync(join(root, "cli/gatekey"), ["report"], { input: output, encoding: "utf8" })
    expect(status, stdout).toBe(1)
    expect(stdout).toMatch(/^### gatekey dev: rotation 1 → 2, 1 place differs\n/)
    const mark = "&#40;fp&#58;\\w{8}&#41;"
    expect(stdout).toMatch(
      new RegExp(`^\\| studio secret file \\| generation 1 ${mark} \\| generation 2 ${mark} \\|`, "m"),
    )
    expect(stdout).toMatch(new RegExp(`^\\| tw dotenv \\| another token ${mark} \\| nothing \\| it wins \\|$`, "m"))
    expect(stdout).not.toContain("[masked]")
  })
})

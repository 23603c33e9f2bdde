import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { detector } from "../support/canary/canary.ts"
import { describeEngine, stack } from "../support/engine/engine.ts"
import { root } from "../support/engine/program.ts"
import { reportFleet } from "../support/fleets/report-fleet.ts"
import { folder } from "../support/hosts/machine.ts"
import { noProduct } from "../support/products/gateway.ts"

const places = {
  "studio secret file": { path: "~/gateway-token", locator: "*" },
  "tw dotenv": { path: "~/.env", locator: "OPENCLAW_GATEWAY_TOKEN", must: "nothing", why: "it wins" },
} as const

const report = (input: string, ...args: string[]) =>
  spawnSync(join(root, "cli/gatekey"), ["report", ...args], { input, encoding: "utf8" })

const missing = noProduct("openclaw")

describeEngine("a real preview's report", () => {
  test("reports a rotation and a drifted place, without any token", async () => {
    const dev = await stack({ places })
    expect((await dev.up("--skip-preview")).code).toBe(0)
    dev.write(".env", `OPENCLAW_GATEWAY_TOKEN=${dev.foreign()}\n`)
    dev.declare({ token: { rotation: 2 }, places })
    const { output } = await dev.pulumi("preview", "--json")
    const { status, stdout } = report(output)
    expect(status, stdout).toBe(1)
    expect(stdout).toMatch(/^### gatekey dev: rotation 1 → 2, 1 place differs\n/)
    const mark = "&#40;fp&#58;\\w{8}&#41;"
    expect(stdout).toMatch(
      new RegExp(`^\\| studio secret file \\| generation 1 ${mark} \\| generation 2 ${mark} \\|`, "m"),
    )
    expect(stdout).toMatch(new RegExp(`^\\| tw dotenv \\| another token ${mark} \\| nothing \\| it wins \\|$`, "m"))
    expect(stdout).not.toContain("[masked]")
  })

  test.skipIf(missing)(
    `has the fleet, and how each member stands; its page has no token [${missing ?? "real openclaw"}]`,
    async () => {
      const { preview, secrets } = await reportFleet()
      const [top, file] = [folder(), "preview.json"]
      const [input, page] = [join(top, file), join(top, "report.html")]
      writeFileSync(input, preview)
      const { status, stdout } = report("", "--json", "--html", page, input)
      expect(status, stdout).toBe(1)
      const { headline, members, findings } = JSON.parse(stdout)
      expect(headline).toBe("rotation 1 → 2, 1 place differs, no restart, connected clients reconnect within about 2 s")
      const accepted = { to: "studio", state: "ok", words: "accepted" }
      const refused = { to: "studio", state: "broken", words: "no gateway: connection refused" }
      expect(members).toMatchObject([
        { kind: "gateway", name: "studio", host: "local", state: "changes" },
        { kind: "node", name: "attic", host: "local", state: "broken", link: refused },
        { kind: "node", name: "mini", host: "local", state: "changes", link: accepted },
        { kind: "node", name: "tw", host: "local", state: "warning", link: accepted },
        { kind: "container", name: "old", host: "local", state: "ok", words: [] },
      ])
      const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name)
      expect(findings.sort(byName)).toMatchObject([
        {
          name: "attic handshake",
          message: expect.stringMatching(/^attic finds no gateway at .*: connection refused/),
        },
        { name: "tw dotenv" },
        {
          name: "tw handshake",
          message: expect.stringMatching(/^tw will be rejected: ~\/\.openclaw\/\.env overrides/),
        },
      ])
      const bytes = readFileSync(page)
      expect(bytes.toString()).toContain("its route to studio: no gateway: connection refused")
      expect(bytes.toString()).not.toContain("[masked]")
      expect(secrets.size).toBeGreaterThan(2)
      const hits = [bytes, Buffer.from(stdout)].flatMap((bytes) => detector(secrets).find({ name: "a report", bytes }))
      expect(hits).toEqual([])
    },
  )
})

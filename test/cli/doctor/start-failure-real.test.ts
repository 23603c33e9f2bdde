import { existsSync, readdirSync, utimesSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder } from "../../support/hosts/machine.ts"
import { noProduct } from "../../support/products/gateway.ts"
import { freePort } from "../../support/products/listener.ts"
import { startProduct } from "../../support/products/product-process.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"
import { until } from "../../support/until.ts"

/** Settings with which the real product refuses to start, and what it says. */
const refused: readonly (readonly [string, (secret: () => string) => object, RegExp])[] = [
  [
    "a token and a password without a mode",
    (secret) => ({ auth: { token: secret(), password: secret() } }),
    /gateway\.auth\.token and gateway\.auth\.password are both configured, but gateway\.auth\.mode is unset/,
  ],
]

describe.skipIf(noProduct("openclaw") !== undefined)(
  "a real gateway that refuses to start",
  { timeout: 600_000 },
  () => {
    it.each(refused)("says why: %s", async (_what, settings, says) => {
      const [home, port] = [folder(), await freePort()]
      const secrets: string[] = []
      const secret = () => secrets[secrets.push(strong()) - 1] ?? ""
      const config = join(home, ".openclaw/openclaw.json")
      lay(home, {
        ".openclaw/openclaw.json": JSON.stringify({
          gateway: { mode: "local", port, bind: "loopback", ...settings(secret) },
        }),
        "tmp/keep": "",
      })
      const gateway = startProduct("openclaw", home, ["gateway", "run"])
      const records = join(home, ".openclaw/logs/stability")
      await until(
        () => existsSync(records) && readdirSync(records).some((name) => /startup_failed\.json$/.test(name)),
        240_000,
      )
      await gateway.stop()
      const scan = () => gatekey(["scan", "--home", home])
      const { code, stdout } = await scan()
      expect([code, stdout.split("\n")[1]]).toEqual([1, expect.stringMatching(says)])
      expect(stdout.split("\n")[1]).toMatch(/ does not run: its last start failed \(20\d\d-\d\d-\d\d \d\d:\d\d UTC\): /)
      for (const each of secrets) expect(stdout).not.toContain(each)
      const later = Date.now() / 1000 + 60
      utimesSync(config, later, later)
      const since = (await scan()).stdout
      expect(since.split("\n")[1]).toMatch(/ does not start: /)
      expect(since).toMatch(/\nnote: a start of .* failed \(.*; ~\/\.openclaw\/openclaw\.json was changed since\n/)
    })
  },
)

import { describe, expect, it } from "vitest"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder } from "../../support/hosts/machine.ts"
import { noProduct } from "../../support/products/gateway.ts"
import { freePort } from "../../support/products/listener.ts"
import { startReady } from "../../support/products/product-process.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"

describe.skipIf(noProduct("openclaw") !== undefined)(
  "a real openclaw in the home of a clawdbot",
  { timeout: 600_000 },
  () => {
    it("reads the config that it took over, and is neither accused nor called a second gateway", async () => {
      const [home, port, token] = [folder(), await freePort(), strong()]
      const gateway = { mode: "local", port, bind: "loopback", auth: { mode: "token", token } }
      lay(home, { ".clawdbot/clawdbot.json": JSON.stringify({ gateway }), "tmp/keep": "" })
      await startReady("openclaw", home, port)
      const { code, stdout } = await gatekey(["scan", "--home", home])
      expect([code, stdout]).toEqual([0, expect.stringContaining("accepts the token in its files")])
      expect(stdout.match(/clawdbot\.json gateway\.auth\.token/g)).toHaveLength(1)
      expect(stdout).toMatch(/~\/\.openclaw\/clawdbot\.json gateway\.auth\.token +A .*\(wins\)/)
    })
  },
)

const byPasswordFile = ["--auth", "password", "--password-file", "~/pw"] as const

/** What its config says, and its command overrides. */
describe("a real gateway with another authentication than its token", { timeout: 600_000 }, () => {
  const [token, password] = [strong(), `pw-${strong()}`]
  const byToken = { mode: "token", token }
  it.each([
    ["openclaw", "--auth none", byToken, ["--auth", "none"], [1, 1], /\n {2}→ .*started with --auth none/],
    ["openclaw", "a password of a file", { token }, byPasswordFile, [2, 2], /^The password that .* is not known/m],
    ["clawdbot", "a password beside it", { token, password }, [], [1, 1], /^\S+ gateway\.auth\.password switches /m],
  ] as const)("%s, %s: scan and doctor say the same", async (product, _, auth, words, codes, first) => {
    const why = noProduct(product)
    if (why !== undefined) return
    const [home, port] = [folder(), await freePort()]
    const gateway = { mode: "local", port, bind: "loopback", auth }
    lay(home, { [`.${product}/${product}.json`]: JSON.stringify({ gateway }), pw: password, "tmp/keep": "" })
    await startReady(
      product,
      home,
      port,
      words.map((word) => word.replace("~", home)),
    )
    const all = [await gatekey(["scan", "--home", home]), await gatekey(["doctor", "--home", home])]
    expect([all.map(({ code }) => code), all[0]?.stdout]).toEqual([codes, expect.stringMatching(first)])
    expect(all[1]?.stdout).toMatch(first)
    expect(all.map(({ stdout }) => stdout).join()).not.toContain(" accepts A.")
  })
})

import { expect, test } from "vitest"
import { describeEngine, openStack, stack } from "../support/engine/engine.ts"

/** Two stacks that keep places in the same files. */
const places = (key: string) => ({
  [`${key} config`]: { path: "~/openclaw.json", locator: `gateway.${key}.token` },
  [`${key} dotenv`]: { path: "~/.env", locator: `${key.toUpperCase()}_TOKEN` },
  [`${key} profile`]: { path: "~/.zshrc", locator: `${key.toUpperCase()}_TOKEN` },
  [`${key} second`]: { path: "~/.env", locator: `${key.toUpperCase()}_SECOND` },
})

describeEngine("two stacks that edit one file at the same moment", () => {
  test("two concurrent edits lose neither change, nor other content of the file", async () => {
    const one = await stack({ places: places("auth") })
    const two = await openStack({ places: places("remote") }, { home: one })
    try {
      one.write("openclaw.json", "{\n  // by hand\n  gateway: { auth: { mode: 'token' }, remote: { url: 'x' } },\n}\n")
      one.write(".env", "A=1\n")
      for (let rotation = 1; rotation <= 4; rotation++) {
        one.declare({ token: { rotation }, places: places("auth") })
        two.declare({ token: { rotation }, places: places("remote") })
        const ups = await Promise.all([one.up("--skip-preview"), two.up("--skip-preview")])
        for (const { code, output } of ups) expect(code, output).toBe(0)
        const [auth, remote] = await Promise.all([one.token(), two.token()])
        const config = one.read("openclaw.json")
        expect(config).toContain("// by hand")
        expect(config).toContain(auth)
        expect(config).toContain(remote)
        const lines = [`AUTH_SECOND=${auth}`, `AUTH_TOKEN=${auth}`, `REMOTE_SECOND=${remote}`, `REMOTE_TOKEN=${remote}`]
        expect(one.read(".env").trimEnd().split("\n").sort()).toEqual(["A=1", ...lines])
        expect(one.read(".zshrc").match(/^export /gm)).toHaveLength(2)
      }
      await Promise.all([one.settled(), two.settled()])
      expect(one.files().sort()).toEqual([".env", ".zshrc", "openclaw.json"])
    } finally {
      await two.dispose()
    }
  })
})

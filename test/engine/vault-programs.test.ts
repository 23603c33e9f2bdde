import { mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { leaksIn } from "../support/canary/leaks.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { fleetStack } from "../support/fleets/fleet-stack.ts"
import { strong } from "../support/tokens.ts"
import { noPass, passwordStore } from "../support/vaults/pass.ts"

type Role = "mirror" | "source"

const up = ["up", "--yes", "--skip-preview"] as const

describeEngine("a vault of two programs", () => {
  test.skipIf(noPass)(
    `mirrors the token in pass, and leaves the user's lines there [${noPass ?? "real pass"}]`,
    async () => {
      const it = await fleet("mirror")
      it.store.insert("gateway/token", `${strong()}\nurl: ws://studio.local\n`)
      it.declare({ rotation: 1 })
      expect(await it.says(255, "preview"), "somebody's token").toContain(
        "which gatekey does not know and will not overwrite",
      )
      it.declare({ rotation: 1, adopt: { from: `${it.host}|/token|*` } })
      await it.says(0, ...up)
      const adopted = it.shown()
      expect(it.copy()).toBe(adopted.split("\n")[0])
      await it.says(0, "preview", "--expect-no-changes")

      it.declare({ rotation: 2, adopt: { from: `${it.host}|/token|*` } })
      await it.says(0, ...up)
      expect(it.shown()).toBe(`${it.copy()}\nurl: ws://studio.local\n`)
      expect(it.shown()).not.toBe(adopted)

      it.store.insert("gateway/token", `${strong()}\nurl: ws://studio.local\n`)
      expect(await it.says(0, "preview")).toMatch(
        /vault item[\s\S]*contains another token \(fp:\w+\); expected generation 2/,
      )
      await it.says(0, ...up)
      expect(it.shown()).toBe(`${it.copy()}\nurl: ws://studio.local\n`)
      await it.says(0, "preview", "--expect-no-changes")

      // Another's key: the store cannot be read.
      const locked = await it.as(it.store.stranger)
      expect(await locked(0, "preview")).toContain("pass show gateway/token: it ended with")
      it.declare({ rotation: 3, adopt: { from: `${it.host}|/token|*` } })
      expect(await locked(255, ...up)).toContain("nothing was changed")
      await it.says(0, ...up)
      expect(it.shown()).toBe(`${it.copy()}\nurl: ws://studio.local\n`)
    },
    600_000,
  )

  test.skipIf(noPass)(
    `is the source of the token in pass [${noPass ?? "real pass"}]`,
    async () => {
      const it = await fleet("source")
      const [first, second] = [strong(), strong()]
      it.store.insert("gateway/token", `${first}\n`)
      it.declare({})
      await it.says(0, ...up)
      expect(it.copy()).toBe(first)
      it.store.insert("gateway/token", `${second}\n`)
      expect(await it.says(0, "preview")).toContain("the vault has a newer token: it becomes generation 2, after 1")
      await it.says(0, ...up)
      expect([it.copy(), it.shown()]).toEqual([second, `${second}\n`])
      await it.says(0, "preview", "--expect-no-changes")

      // From one role to the other and back: the token stays.
      for (const [role, token] of [
        ["mirror", { rotation: 2 }],
        ["source", {}],
      ] as const) {
        it.declare(token, role)
        await it.says(0, ...up)
        expect([it.copy(), it.shown()]).toEqual([second, `${second}\n`])
        await it.says(0, "preview", "--expect-no-changes")
      }
    },
    600_000,
  )
})

/** A gateway that does not run, whose one secret file follows the vault. */
async function fleet(role: Role) {
  const store = passwordStore()
  onTestFinished(() => store.stop())
  const mine = (environment: NodeJS.ProcessEnv) => {
    const { GNUPGHOME = "", PASSWORD_STORE_DIR = "" } = environment
    return { GNUPGHOME, PASSWORD_STORE_DIR }
  }
  const stack = await fleetStack(mine(store.env))
  onTestFinished(async () => {
    await stack.pulumi("destroy", "--yes", "--skip-preview")
    await stack.remove()
  })
  const home = join(stack.folder, "studio")
  mkdirSync(home, { mode: 0o700 })
  const read = ["pass", "show", "gateway/token"]
  const write = ["pass", "insert", "--multiline", "--force", "gateway/token"]
  const programsOf = (role: Role) => (role === "mirror" ? { read, write } : { read })
  const asks =
    (pulumi: typeof stack.pulumi) =>
    async (expected: number, ...args: string[]) => {
      const { code, output } = await pulumi(...args)
      expect(code, output).toBe(expected)
      expect(leaksIn(output, [store.show("gateway/token").split("\n")[0] ?? ""])).toEqual([])
      return output
    }
  return {
    store,
    host: `exec:${JSON.stringify(programsOf(role))}`,
    declare: (token: object, as: Role = role) =>
      stack.declare({
        token: { ...token, protect: false },
        vault: { provider: "exec", role: as, ...programsOf(as) },
        gateways: { studio: { host: "local", home, manager: "process", service: "none", predecessor: false } },
      }),
    says: asks(stack.pulumi),
    async as(environment: NodeJS.ProcessEnv) {
      return asks((...args) => stack.as(mine(environment), ...args).ended)
    },
    shown: () => store.show("gateway/token"),
    copy: () => readFileSync(join(home, ".openclaw/gatekey/gateway-token"), "utf8").trim(),
  }
}

import { join } from "node:path"
import { expect, test } from "vitest"
import type { Member } from "../../../survey/collect/member.ts"
import { startFailureOf } from "../../../survey/collect/start-failure.ts"
import { hostile, rawIn } from "../../support/hostile/escapes.ts"
import { folder } from "../../support/hosts/machine.ts"
import { lay } from "../../support/tree.ts"

const record = JSON.stringify({ error: { message: `no start: ${hostile}` }, generatedAt: "2026-11-24T12:00:00.000Z" })

test.each([
  ["with a line's end", `${record}\n`],
  ["without one", record],
])("a record %s is read, and shown escaped", async (_, text) => {
  const home = folder()
  lay(home, { ".openclaw/logs/stability/1-startup_failed.json": text })
  const member = { located: { dotenv: join(home, ".openclaw/.env") } } as Member
  const seen = await startFailureOf("local", member, [])
  expect(seen?.message).toMatch(/^no start: x/)
  expect(rawIn(seen?.message ?? "")).toEqual([])
})

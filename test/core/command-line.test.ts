import { cpSync, mkdirSync } from "node:fs"
import { join, resolve } from "node:path"
import { expect, test } from "vitest"
import { folder } from "../support/hosts/machine.ts"

const source = resolve(import.meta.dirname, "../../core/command-line.ts")

test.each([
  ["a clone", "gatekey/core", "npx --no -- gatekey"],
  ["a project that has it installed", "project/dist/core", "npx --no -- gatekey"],
  ["what npx fetched for one command", ".npm/_npx/0a1b/dist/core", "npx pulumi-gatekey"],
])("messages of %s contain a command that works there", async (_, at, expected) => {
  const top = join(folder(), at)
  mkdirSync(top, { recursive: true })
  cpSync(source, join(top, "command-line.ts"))
  expect((await import(join(top, "command-line.ts"))).gatekeyCommand).toBe(expected)
})

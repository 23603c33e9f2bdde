import { execFile } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { Secret } from "../../core/secret.ts"
import { openVault } from "../../vaults/index.ts"
import { commandOf, pageText } from "../support/docs/page.ts"
import { folder } from "../support/hosts/machine.ts"
import { refusal } from "../support/refusal.ts"
import { strong } from "../support/tokens.ts"
import { onePasswordAccount } from "../support/vaults/one-password.ts"

/** Runs the page's own commands with the doubles of `op` and of Connect. */
const page = "docs/vault.md"
const spec = { provider: "onepassword", vault: "Home", item: "gateway" } as const

async function shell(line: string, env: NodeJS.ProcessEnv, cwd = folder()): Promise<string> {
  return (await promisify(execFile)("sh", ["-c", line], { env, cwd })).stdout
}

test.each([
  ["a Connect server", "op connect token create", "OP_CONNECT_TOKEN"],
  ["a service account", "op service-account create", "OP_SERVICE_ACCOUNT_TOKEN"],
])("the token that the page creates for %s reads and writes the item, and no other vault", async (_, words, name) => {
  const account = await onePasswordAccount()
  const { OP_SERVICE_ACCOUNT_TOKEN: _own, ...nobody } = account.op
  const command = commandOf(page, words)
  await expect(shell(command, nobody)).rejects.toThrow("not currently signed in")
  const token = (await shell(command, { ...nobody, OP_DOUBLE_OWNER: "1" })).trim()
  const env = { ...nobody, [name]: token, ...(name === "OP_CONNECT_TOKEN" && { OP_CONNECT_HOST: account.url }) }
  const kept = { token: new Secret(strong()), generation: 1 }
  await openVault(spec, env).write(kept)
  expect((await openVault(spec, env).read())?.token.equals(kept.token)).toBe(true)
  expect((await refusal(openVault({ ...spec, vault: "Other" }, env).read())).message).toContain("Other")
})

test("the script that the page starts by op run has the item's token, which its file does not contain", async () => {
  const account = await onePasswordAccount()
  const token = strong()
  account.add("gateway", [{ label: "token", type: "CONCEALED", value: token }])
  const home = folder()
  mkdirSync(join(home, "report"))
  const [, reference = ""] = /path: ~\/report\/\.env, .*reference: "([^"]+)"/.exec(pageText(page)) ?? []
  writeFileSync(join(home, "report/.env"), `OPENCLAW_GATEWAY_TOKEN=${reference}\n`)
  writeFileSync(join(home, "report.sh"), '#!/bin/sh\nprintf %s "$OPENCLAW_GATEWAY_TOKEN" >seen\n', { mode: 0o700 })
  await shell(commandOf(page, "op run"), { ...account.op, HOME: home }, home)
  expect(readFileSync(join(home, "seen"), "utf8") === token).toBe(true)
})

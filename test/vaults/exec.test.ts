import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { UserError } from "../../core/errors.ts"
import { Secret } from "../../core/secret.ts"
import { openExecVault } from "../../vaults/exec.ts"
import { type Vault, VaultUnreachable } from "../../vaults/vault.ts"
import { folder } from "../support/hosts/machine.ts"
import { refusal } from "../support/refusal.ts"
import { strong } from "../support/tokens.ts"

const environment = { PATH: process.env.PATH }

/** Creates a vault of two shell scripts. */
function scripts(read: string, write?: string, env: NodeJS.ProcessEnv = environment, patience = 30_000): Vault {
  const words = (script: string) => ["sh", "-c", script]
  return openExecVault(
    { provider: "exec", read: words(read), ...(write !== undefined && { write: words(write) }) },
    env,
    patience,
  )
}

describe("what a program prints", () => {
  test.each([
    ["is one line", "printf one", "one"],
    ["with its line break", "echo one", "one"],
    ["and that of another system", "printf 'one\\r\\n'", "one"],
    ["and what is below it", "printf 'one\\ntwo\\n'", "one"],
    ["is nothing", "true", undefined],
    ["begins with nothing", "printf '\\ntwo\\n'", undefined],
  ])("%s", async (_, script, token) => {
    expect((await scripts(script).read())?.token.reveal()).toBe(token)
  })

  test.each([
    ["pass", "Error: gateway/token is not in the password store.", 1],
    ["vault", "No value found at secret/data/gateway", 2],
    [
      "aws",
      "An error occurred (ResourceNotFoundException) when calling the GetSecretValue operation: Secrets Manager can't find the specified secret.",
      254,
    ],
    ["security", "security: SecKeychainSearchCopyNext: The specified item could not be found in the keychain.", 44],
  ])("means that there is no entry, in the words of %s", async (_, words, code) => {
    expect(await scripts(`cat >&2 <<'END'\n${words}\nEND\nexit ${code}`).read()).toBeUndefined()
  })

  test.each([
    ["fails", "echo 'the sky is down' >&2; exit 3", /it ended with 3: the sky is down; run it by hand/],
    ["fails in silence", "exit 1", /it ended with 1; run it by hand/],
    ["is killed", "kill -9 $$", /it was ended by SIGKILL/],
    ["prints without end", "yes", /it printed more than 64 KiB/],
    ["complains without end", "yes >&2", /it printed more than 64 KiB/],
  ])("is not looked at where it %s", async (_, script, words) => {
    const error = await refusal(scripts(script).read())
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(words)
  })

  test("times out, together with its children", async () => {
    const error = await refusal(scripts("sleep 60 & wait", undefined, environment, 300).read())
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(/it did not end within 0.3 s/)
  })

  test("must be valid UTF-8", async () => {
    expect((await refusal(scripts("printf '\\377\\376'").read())).message).toMatch(/no text/)
  })
})

test.each([
  [["no-such-program-here", "x"], /no-such-program-here x: no-such-program-here is not installed, or not on PATH/],
  [["/dev/null"], /\/dev\/null: \/dev\/null may not be executed/],
])("reports a program that cannot be started: %j", async (read, words) => {
  const error = await refusal(openExecVault({ provider: "exec", read }, environment).read())
  expect(error).toBeInstanceOf(VaultUnreachable)
  expect(error.message).toMatch(words)
})

describe("what is written", () => {
  test.each([
    ["nothing", undefined, (token: string) => token],
    ["one line", "old", (token: string) => token],
    ["a line with its break", "old\n", (token: string) => `${token}\n`],
    ["lines of the user's", "old\n\nurl: x\r\n  note", (token: string) => `${token}\n\nurl: x\r\n  note`],
    ["lines of another system", "old\r\nurl: x\r\n", (token: string) => `${token}\r\nurl: x\r\n`],
    ["lines below none", "\nurl: x\n", (token: string) => `${token}\nurl: x\n`],
  ])("over %s leaves the rest as it was", async (_, before, after) => {
    const file = join(folder(), "entry")
    if (before !== undefined) writeFileSync(file, before)
    const vault = scripts(`cat '${file}' 2>/dev/null || true`, `cat >'${file}'`)
    const token = strong()
    await vault.write({ token: new Secret(token), generation: 4 })
    expect(readFileSync(file, "utf8")).toBe(after(token))
  })

  test("is refused if there is no program that writes", async () => {
    expect((await refusal(scripts("echo x").write({ token: new Secret(strong()) }))).message).toMatch(/only read/)
  })

  test("is refused if the entry cannot be read", async () => {
    const file = join(folder(), "entry")
    writeFileSync(file, "old\nmine\n")
    await refusal(scripts("exit 1", `cat >'${file}'`).write({ token: new Secret(strong()) }))
    expect(readFileSync(file, "utf8")).toBe("old\nmine\n")
  })

  test.each([
    ["fails", "cat; exit 1", VaultUnreachable, /it ended with 1/],
    ["says so", "cat >&2; exit 1", VaultUnreachable, /it ended with 1: \[masked\]/],
    ["does not do it", "true", UserError, /prints another first line than the one written/],
  ])("is told to be not, where the program %s", async (_, write, kind, words) => {
    const error = await refusal(scripts("echo old", write).write({ token: new Secret("weak") }))
    expect(error).toBeInstanceOf(kind)
    expect(error.message).toMatch(words)
    expect(error.message).not.toContain("weak")
  })
})

test("runs programs without a shell and without the passphrase of the stack's state", async () => {
  const env = { ...environment, MINE: "yes", PULUMI_CONFIG_PASSPHRASE: "a", PULUMI_CONFIG_PASSPHRASE_FILE: "b" }
  const vault = openExecVault(
    { provider: "exec", read: ["sh", "-c", 'echo "$1 $MINE"; env >&2', "x", "$(id); `id`"] },
    env,
  )
  expect((await vault.read())?.token.reveal()).toBe("$(id); `id` yes")
  const { message } = await refusal(scripts("env >&2; exit 1", undefined, env).read())
  expect(message).toMatch(/MINE=yes/)
  expect(message).not.toMatch(/PASSPHRASE/)
})

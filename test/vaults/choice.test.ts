import { cpSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, test } from "vitest"
import { UserError } from "../../core/errors.ts"
import { openVault } from "../../vaults/index.ts"
import { type VaultSpec, VaultUnreachable } from "../../vaults/vault.ts"
import { root } from "../support/engine/program.ts"
import { folder } from "../support/hosts/machine.ts"
import { strong } from "../support/tokens.ts"

const spec: VaultSpec = { provider: "onepassword", vault: "Home", item: "gatekey" }

describe("1Password", () => {
  test.each([
    ["nothing", {}, /set OP_CONNECT_HOST and OP_CONNECT_TOKEN, or OP_SERVICE_ACCOUNT_TOKEN/],
    ["half of Connect's", { OP_CONNECT_HOST: "http://x" }, /OP_CONNECT_HOST is set without OP_CONNECT_TOKEN/],
    ["its other half", { OP_CONNECT_TOKEN: "x" }, /OP_CONNECT_TOKEN is set without OP_CONNECT_HOST/],
    ["a service account's, without op", { OP_SERVICE_ACCOUNT_TOKEN: "ops_x" }, /needs the program op, .*https:/],
  ])("with %s in the environment fails with the variables to set", async (_, environment, words) => {
    const vault = openVault(spec, { PATH: folder(), ...environment })
    const error = await vault.read().catch((error) => error)
    expect(error).toBeInstanceOf(VaultUnreachable)
    expect(error.message).toMatch(words)
    expect(error.message).toMatch(/^1Password item gatekey in vault Home: /)
  })

  test("by Connect needs a package: the error has the command that installs it", async () => {
    const at = folder()
    for (const name of ["vaults", "processes", "core", "places", "package.json"])
      cpSync(join(root, name), join(at, name), { recursive: true })
    const { openVault } = await import(pathToFileURL(join(at, "vaults/index.ts")).href)
    const vault = openVault(spec, { OP_CONNECT_HOST: "http://127.0.0.1:9", OP_CONNECT_TOKEN: strong() })
    const { peerDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
    // Of the range that fits.
    const lowest = peerDependencies["@1password/connect"].replace("^", "")
    await expect(vault.read()).rejects.toThrow(
      `needs @1password/connect, which is not installed: npm install @1password/connect@${lowest}`,
    )
  })
})

test.each<VaultSpec>([
  { provider: "onepassword", vault: "", item: "x" },
  { provider: "onepassword", vault: "Home", item: "--help" },
  { provider: "onepassword", vault: "Home", item: "a\nb" },
  { provider: "onepassword", vault: "Home", item: "x", field: "" },
  { provider: "exec", read: [] },
  { provider: "exec", read: [""] },
  { provider: "exec", read: ["pass"], write: [] },
])("refuses an invalid vault: %j", (spec) => {
  expect(() => openVault(spec, {})).toThrow(UserError)
})

test("escapes control characters in names", () => {
  expect(openVault({ ...spec, item: "a\u202eb" }, {}).name).toBe("1Password item a\\u{202e}b in vault Home")
  const hex = "5f".repeat(20)
  expect(openVault({ provider: "exec", read: ["pass", "show", "a b", hex] }, {}).name).toBe("pass show 'a b' [masked]")
})

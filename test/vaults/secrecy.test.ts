import { spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { inspect } from "node:util"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { Secret } from "../../core/secret.ts"
import { openVault } from "../../vaults/index.ts"
import type { Vault, VaultSpec } from "../../vaults/vault.ts"
import type { Planned } from "../doubles/connect/faults.ts"
import { leaksIn } from "../support/canary/leaks.ts"
import { root } from "../support/engine/program.ts"
import { folder } from "../support/hosts/machine.ts"
import { processesWith } from "../support/hosts/processes.ts"
import { publicDefaults, strong, strongTokens } from "../support/tokens.ts"
import { type Account, onePasswordAccount } from "../support/vaults/one-password.ts"
import { noPass, type PasswordStore, passwordStore } from "../support/vaults/pass.ts"

const spec: VaultSpec = { provider: "onepassword", vault: "Home", item: "gatekey" }
const tokens = fc.oneof({ weight: 4, arbitrary: strongTokens }, fc.constantFrom(...publicDefaults))

/** Everything that an error could show to a user or in a log. */
async function shownBy(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    (value) => value,
    (error) => error,
  )
  return inspect(error, { depth: 20, showHidden: true }) + JSON.stringify(error) + String(error)
}

async function both(vault: Vault, token: string, previous: string): Promise<string> {
  const written = await shownBy(
    vault.write({ token: new Secret(token), generation: 1, previous: new Secret(previous) }),
  )
  return `${vault.name}\n${written}\n${await shownBy(vault.read())}`
}

/** Answers that quote the request. */
const faults = (secrets: readonly string[]): readonly Planned[] => {
  const message = `invalid: ${secrets.join(", ")}`
  return [
    ...[400, 403, 404, 409, 418, 500].map((status) => ({ kind: "status", status, message }) as const),
    { kind: "status", status: 400, message, method: "POST" },
    { kind: "status", status: 422, message, path: "/items/$" },
    { kind: "garbage", text: message },
    { kind: "garbage", text: JSON.stringify(secrets) },
    { kind: "redirect", to: `http://127.0.0.1:9/${secrets[0]}` },
    { kind: "cut" },
    { kind: "drop" },
  ]
}

test("no error of Connect contains a token or a credential that the server quotes", async () => {
  const account = await onePasswordAccount()
  await fc.assert(
    fc.asyncProperty(tokens, strongTokens, fc.nat(), async (token, previous, which) => {
      const secrets = [token, previous, ...account.credentials]
      const all = faults(secrets)
      account.faults.clear()
      account.faults.plan(all[which % all.length] ?? { kind: "drop" })
      expect(leaksIn(await both(openVault(spec, account.connect), token, previous), secrets)).toEqual([])
    }),
    { numRuns: 60 },
  )
})

test("no error of a program contains a token or a credential that it quotes", async () => {
  const bin = folder()
  const op = join(bin, "op")
  const say = '#!/bin/sh\ncase $2 in get) echo "x isn\'t an item" >&2; exit 1 ;; esac\n'
  await fc.assert(
    fc.asyncProperty(tokens, strongTokens, strongTokens, async (token, previous, credential) => {
      writeFileSync(op, `${say}echo "[ERROR] $(cat) $OP_SERVICE_ACCOUNT_TOKEN $OP_SESSION_me" >&2; exit 1\n`, {
        mode: 0o755,
      })
      const env = {
        PATH: `${bin}:/usr/bin:/bin`,
        OP_SERVICE_ACCOUNT_TOKEN: `ops_${credential}`,
        OP_SESSION_me: credential,
      }
      const secrets = [token, previous, credential]
      expect(leaksIn(await both(openVault(spec, env), token, previous), secrets)).toEqual([])
      const echo = { provider: "exec", read: ["true"], write: ["sh", "-c", "tee /dev/stderr; exit 1"] } as const
      expect(leaksIn(await both(openVault(echo, env), token, previous), secrets)).toEqual([])
    }),
    { numRuns: 8 },
  )
})

describe.runIf(process.platform === "linux")(
  "while it is written, and after, no process has it in its arguments:",
  () => {
    let store: PasswordStore
    beforeAll(() => {
      if (!noPass) store = passwordStore()
    })
    afterAll(() => store?.stop())

    const pass = { provider: "exec", read: ["pass", "show", "x"], write: ["pass", "insert", "-m", "-f", "x"] } as const
    test.skipIf(noPass)("pass", () => sampled(openVault(pass, store.env)))

    test("op", async () => {
      const account = await onePasswordAccount()
      await sampled(openVault(spec, account.op), account)
      expect(leaksIn(JSON.stringify(account.calls()), account.credentials)).toEqual([])
    })

    async function sampled(vault: Vault, account?: Account): Promise<void> {
      const [token, previous] = [strong(), strong()]
      const secrets = [token, previous, ...(account?.credentials ?? [])]
      const seen = new Set<number>()
      const sampler = setInterval(() => {
        for (const secret of secrets) for (const pid of processesWith(secret)) seen.add(pid)
      }, 5)
      await both(vault, token, previous)
      clearInterval(sampler)
      expect((await vault.read())?.token.reveal()).toBe(token)
      expect([...seen]).toEqual([])
    }
  },
)

test("the debug output of the vendor's client contains no token", async () => {
  const account = await onePasswordAccount()
  const [token, previous] = [strong(), strong()]
  const program = `
    import { vaultOf } from "./vaults/index.ts"
    import { Secret } from "./core/secret.ts"
    const vault = vaultOf(${JSON.stringify(spec)})
    for (let times = 0; times < 2; times++)
      await vault.write({ token: new Secret(process.env.TOKEN), previous: new Secret(process.env.PREVIOUS) })
    console.log(await vault.read())`
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: root,
    env: { ...account.connect, DEBUG: "*", NODE_DEBUG: "", TOKEN: token, PREVIOUS: previous },
    stdio: ["ignore", "pipe", "pipe"],
  })
  let printed = ""
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk))
  await new Promise((resolve) => child.on("close", resolve))
  expect(printed).toContain("[token]")
  expect(leaksIn(printed, [token, previous, ...account.credentials])).toEqual([])
})

import { execFile } from "node:child_process"
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import { expect, onTestFinished } from "vitest"
import { isPublicDefault } from "../../../core/strength.ts"
import { openVault } from "../../../vaults/index.ts"
import type { VaultSpec } from "../../../vaults/vault.ts"
import type { Connect } from "../../doubles/connect/server.ts"
import { leaksIn } from "../canary/leaks.ts"
import { root } from "../engine/program.ts"
import { supervised } from "../hosts/supervised.ts"
import { commandOf, environmentOf, nodeWords, shareCompiled } from "../products/gateway.ts"
import { freePort } from "../products/listener.ts"
import { onePasswordAccount } from "../vaults/one-password.ts"
import { type FleetStack, fleetStack } from "./fleet-stack.ts"
import { saysTo } from "./rotations.ts"

const execute = promisify(execFile)

/** The item as every test declares it. */
export const op: VaultSpec = { provider: "onepassword", vault: "Home", item: "gateway" }

/** A real openclaw gateway and node that read a vault by themselves; the vault is the Connect double. */
export interface VaultFleet extends FleetStack {
  readonly connect: Connect
  readonly port: number
  /** @param more of the configuration, such as `token` */
  set(role: "mirror" | "source", more: Readonly<Record<string, unknown>>): void
  /** Its output, which shows no token that the vault ever had. */
  says(expected: number, ...args: string[]): Promise<string>
  /** The command line's output, likewise. */
  gatekey(...words: string[]): Promise<string>
  /** As somebody with the vault's app. */
  item(): Promise<{ readonly [field: string]: string | undefined }>
  edit(token: string): Promise<void>
  /** As on a host whose `op` was taken away. @returns what brings it back */
  withoutOp(name: "studio" | "tw"): () => void
  /** What the gateway says to a token. */
  asks(token: string): Promise<string>
  /** Where a token stands in the homes of gateway and node, or in what their processes were given. */
  copies(tokens: readonly string[]): string[]
  processes(): string[]
}

export async function vaultFleet(): Promise<VaultFleet> {
  const connect = await onePasswordAccount()
  const access = connect.variables
  const stack = await fleetStack(access)
  const port = await freePort()
  const home = (name: string) => join(stack.folder, name)
  const configs = {
    studio: { gateway: { mode: "local", port, bind: "loopback", auth: { mode: "token" } } },
    tw: { gateway: { mode: "remote", remote: { url: `ws://127.0.0.1:${port}` } } },
  }
  for (const [name, config] of Object.entries(configs)) {
    for (const each of [".openclaw", "tmp", "bin"]) mkdirSync(join(home(name), each), { recursive: true, mode: 0o700 })
    shareCompiled(home(name))
    writeFileSync(join(home(name), ".openclaw/openclaw.json"), JSON.stringify(config), { mode: 0o600 })
    const lines = Object.entries(access).map(([key, value]) => `${key}='${value}'\n`)
    writeFileSync(join(home(name), "op.env"), lines.join(""), { mode: 0o600 })
    copyFileSync(join(root, "test/doubles/op"), join(home(name), "bin/op"))
    chmodSync(join(home(name), "bin/op"), 0o755)
  }
  const member = (name: string, words: string[]) => ({
    ...{ host: "local", home: home(name), manager: "process", predecessor: false },
    ...{ delivery: "exec", reader: { credentials: join(home(name), "op.env") } },
    program: {
      command: commandOf("openclaw", ...words),
      environment: environmentOf("openclaw", home(name)),
      restartDelay: 1,
    },
  })
  onTestFinished(async () => {
    await stack.pulumi("destroy", "--yes", "--skip-preview")
    await stack.remove()
  }, 120_000)
  const seen = new Set<string>(connect.credentials)
  const remember = () => {
    for (const vault of connect.items.vaults)
      for (const { id } of connect.items.in(vault.id))
        for (const { fields } of connect.items.versions(id))
          for (const { type, value } of fields)
            if (type === "CONCEALED" && value && !isPublicDefault(value)) seen.add(value)
  }
  const vault = openVault(op, access)
  const living = () => supervised(stack.folder, ["studio", "tw"]).map(({ pid }) => pid)
  return {
    ...stack,
    connect,
    port,
    set(role, { token, ...more }) {
      stack.declare({
        token: { protect: false, ...(token as object) },
        vault: { ...op, role },
        gateways: { studio: { ...member("studio", ["gateway", "run"]), port } },
        nodes: { tw: member("tw", nodeWords(port, "tw")) },
        ...more,
      })
    },
    async says(expected, ...args) {
      const { code, output } = await stack.pulumi(...args)
      expect(code, output).toBe(expected)
      remember()
      expect(leaksIn(output, [...seen])).toEqual([])
      return output
    },
    async gatekey(...words) {
      const project = join(stack.folder, "project")
      const command = [join(root, "cli/main.ts"), ...words]
      const { stdout, stderr } = await execute(process.execPath, command, { cwd: project, env: stack.env })
      expect(leaksIn(stdout + stderr, [...seen])).toEqual([])
      return stdout
    },
    async item() {
      const kept = await vault.read()
      if (!kept) return {}
      const { token, previous, generation, ...rest } = kept
      return { ...rest, token: token.reveal(), previous: previous?.reveal(), generation: String(generation) }
    },
    async edit(token) {
      const { id = "" } = connect.items.vaults.at(0) ?? {}
      const before = connect.items.in(id).find(({ title }) => title === "gateway")
      const field = { label: "token", type: "CONCEALED", value: token }
      if (!before) connect.items.create(id, { title: "gateway", category: "PASSWORD", fields: [field] }, "somebody")
      else {
        const fields = before.fields.map((each) => (each.label === "token" ? { ...each, value: token } : each))
        connect.items.replace(before, { ...before, fields }, "somebody")
      }
      remember()
    },
    withoutOp(name) {
      const [op, away] = ["bin/op", "op.away"].map((each) => join(home(name), each)) as [string, string]
      renameSync(op, away)
      return () => renameSync(away, op)
    },
    asks: (token) => saysTo({ port, product: "openclaw" } as Parameters<typeof saysTo>[0], token),
    copies(tokens) {
      const files = ["studio", "tw"].flatMap((name) =>
        (readdirSync(home(name), { recursive: true, withFileTypes: true }) as import("node:fs").Dirent[])
          .filter((entry) => entry.isFile())
          .map((entry) => join(entry.parentPath, entry.name)),
      )
      const given = living().flatMap((pid) => ["environ", "cmdline"].map((each) => `/proc/${pid}/${each}`))
      return [...files, ...given].filter((path) => {
        const content = existsSync(path) ? readFileSync(path, "latin1") : ""
        return leaksIn(content, [...tokens]).length > 0
      })
    },
    processes: living,
  }
}

/** Until the gateway takes the token: it starts slowly on a busy machine. */
export async function takes(fleet: VaultFleet, token: string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    if ((await fleet.asks(token)) === "accepted") return
    await pause(1000)
  }
  throw new Error("the gateway does not take the token")
}

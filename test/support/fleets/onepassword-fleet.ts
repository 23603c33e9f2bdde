import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished } from "vitest"
import { isPublicDefault } from "../../../core/strength.ts"
import { leaksIn } from "../canary/leaks.ts"
import { type Home, homeIn } from "../engine/home.ts"
import { inlineProgram } from "../engine/inline-program.ts"
import { ownerOf } from "../engine/machine.ts"
import { plugins } from "../engine/plugins.ts"
import { generationsIn } from "../engine/state.ts"
import { readState } from "../engine/state-file.ts"
import { workspace } from "../engine/workspace.ts"
import { freePort } from "../products/listener.ts"
import { type Account, onePasswordAccount } from "../vaults/one-password.ts"
import { layExample } from "./example-project.ts"

/** An example of examples/onepassword/ as a stack, with 1Password's real package and the stand-in for its plugin. */
export interface OnePasswordFleet {
  readonly account: Account
  readonly home: Home
  /** @returns what a command printed that succeeded, which shows no token that the item ever had */
  says(...args: string[]): Promise<string>
  /** Likewise of a command that failed. */
  fails(...args: string[]): Promise<string>
  /** Returns the token that the gateway reads; none before there is one. */
  placed(): string | undefined
  /** Returns the item's password. */
  password(): string
  /** Changes the password as a person does, in the app. */
  edit(password: string): void
  /** Changes the program. */
  rewrite(before: string, after: string): void
  /** Returns the generation in force. */
  generation(): number
}

const secretFile = ".openclaw/gatekey/gateway-token"

export async function onePasswordFleet(example: "from-item" | "into-item"): Promise<OnePasswordFleet> {
  const account = await onePasswordAccount()
  const onepassword = plugins("onepassword")
  const space = await workspace({ places: {} }, () => ({ ...account.variables, ...onepassword.env }))
  const { project } = space
  layExample(`onepassword/${example}`, project, onepassword.providers)
  const port = await freePort()
  const main = join(project, "index.ts")
  const rewrite = (before: string, after: string) => {
    const program = readFileSync(main, "utf8")
    expect(program).toContain(before)
    writeFileSync(main, program.replace(before, after))
  }
  const here = { host: "local", manager: "process", service: "none", predecessor: false, port }
  rewrite(`{ host: "local", manager: "launchd" }`, JSON.stringify(here))
  const home = homeIn(space.home, ownerOf(false))
  home.write(".openclaw/openclaw.json", JSON.stringify({ gateway: { port, auth: { mode: "token" } } }))
  const inline = inlineProgram(main, { cwd: project, env: space.env })
  onTestFinished(async () => {
    await inline.end()
    space.remove()
  })
  const item = () => account.item("gateway")
  const password = () => item().fields.find(({ purpose }) => purpose === "PASSWORD")?.value ?? ""
  const everSeen = () =>
    account.items.vaults
      .flatMap(({ id }) => account.items.in(id))
      .flatMap(({ id }) => account.items.versions(id))
      .flatMap(({ fields }) => fields)
      .flatMap(({ type, value }) => (type === "CONCEALED" && value && !isPublicDefault(value) ? [value] : []))
  const command = async (...args: string[]) => {
    const ended = await space.run(...args, ...(await inline.wordsFor(args[0])))
    expect(leaksIn(ended.output, [...account.credentials, ...everSeen()])).toEqual([])
    return ended
  }
  const state = () => readState(space.backend, "engine", readFileSync(join(space.folder, "passphrase"), "utf8"))
  return {
    account,
    home,
    async says(...args) {
      const { code, output } = await command(...args)
      expect(code, output).toBe(0)
      return output
    },
    async fails(...args) {
      const { code, output } = await command(...args)
      expect(code, output).not.toBe(0)
      return output
    },
    placed: () => (existsSync(home.at(secretFile)) ? home.read(secretFile).trim() : undefined),
    password,
    edit(value) {
      const fields = item().fields.map((field) => (field.purpose === "PASSWORD" ? { ...field, value } : field))
      account.items.replace(item(), { ...item(), fields }, "USER")
    },
    rewrite,
    generation: () => generationsIn(state()).current,
  }
}

import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished } from "vitest"
import type { Hook } from "../../../components/index.ts"
import { detector } from "../canary/canary.ts"
import { recorder } from "../canary/record.ts"
import { plugins } from "../engine/plugins.ts"
import { secretsIn } from "../engine/state.ts"
import { freePort } from "../products/listener.ts"
import { fleetStack } from "./fleet-stack.ts"

/** A small fleet with hooks; all that its runs print, write and start is searched for its secrets. */
export interface HooksFleet {
  /** What hooks may write to: no part of the stack. */
  readonly out: string
  declare(rotation: number, hooks: readonly Hook[]): void
  /** @returns what was printed, by a command that ended with that code */
  says(code: number, ...args: string[]): Promise<string>
  /** The lines that hooks wrote to a file of `out`; none before there is one. */
  lines(name: string): string[]
  /** The SHA-256 of the token in force with a line break, as hex. */
  digest(): string
  /** The state as it is kept. */
  stored(): string
  /** No secret is anywhere but in the gateway's secret file. */
  nothing(): void
}

const secretFile = ".openclaw/gatekey/gateway-token"

export async function hooksFleet(env: Readonly<Record<string, string>> = {}): Promise<HooksFleet> {
  const { providers, env: others } = plugins("command")
  const stack = await fleetStack({ ...others, ...env }, providers)
  const record = recorder()
  const [home, out] = [join(stack.folder, "home"), join(stack.folder, "out")]
  const port = await freePort()
  mkdirSync(out)
  onTestFinished(async () => {
    await record.end()
    await stack.remove()
  })
  const secrets = new Map<string, string>()
  const token = () => readFileSync(join(home, secretFile), "utf8").trim()
  const stored = () => readFileSync(join(stack.folder, "backend/.pulumi/stacks/gatekey/dev.json"), "utf8")
  const learn = () => {
    for (const value of secretsIn(stack.state())) secrets.set(`secret ${secrets.size}`, value)
    if (existsSync(join(home, secretFile))) secrets.set("the token", token())
  }
  return {
    out,
    declare: (rotation, afterRotation) =>
      stack.declare({
        token: { rotation, protect: false },
        gateways: { studio: { host: "local", home, manager: "process", service: "none", predecessor: false, port } },
        afterRotation,
      }),
    async says(expected, ...args) {
      const { code, output } = await stack.pulumi(...args)
      record.output(`pulumi ${args.join(" ")}`, output)
      record.files(stack.folder, [join(home, secretFile), join(stack.folder, "project/stacks")])
      await record.processes()
      learn()
      expect(code, output).toBe(expected)
      return output
    },
    lines: (name) => {
      const file = join(out, name)
      return existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : []
    },
    digest: () => createHash("sha256").update(`${token()}\n`).digest("hex"),
    stored,
    nothing() {
      expect(secrets.size).toBeGreaterThan(2)
      expect(record.haystacks.filter(({ name }) => name.startsWith("a process's")).length).toBeGreaterThan(5)
      expect(record.haystacks.flatMap(detector(secrets).find)).toEqual([])
    },
  }
}

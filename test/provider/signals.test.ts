import { once } from "node:events"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import empty from "google-protobuf/google/protobuf/empty_pb.js"
import { describe, expect, onTestFinished, test } from "vitest"
import { ask, startPlugin } from "../support/engine/plugin.ts"
import type { Raw } from "../support/engine/wire.ts"
import { answers, pathWithSsh } from "../support/hosts/hostile-ssh.ts"
import { folder } from "../support/hosts/machine.ts"
import { argumentsOf } from "../support/hosts/processes.ts"
import { until } from "../support/until.ts"

const hung = "trap '' TERM INT HUP\nsleep 3600 &\necho $$ $! >>$HUNG.new; mv $HUNG.new $HUNG; wait"
const begun = answers["nothing, once it has begun"].replace("exec sleep 3600", hung)
const far: Raw = { host: "ssh://hostile.example", path: "/token" }

/** What is looked at, and the programs that hang then; a vault's source is any place with a token. */
const rows: Readonly<
  Record<string, { programs: Record<string, string>; type: string; inputs: (programs: string) => Raw }>
> = {
  "an ssh that does not come through": { programs: { ssh: hung }, type: "VaultSource", inputs: () => far },
  "a host that has begun": { programs: { ssh: begun }, type: "VaultSource", inputs: () => far },
  "a vault's program": {
    programs: { reader: hung },
    type: "VaultSource",
    inputs: (bin) => ({ host: `exec:${JSON.stringify({ read: [`${bin}/reader`] })}`, path: "/token" }),
  },
  "a program that a look asks": {
    programs: { id: hung },
    type: "Listener",
    inputs: () => ({ host: "local", port: 18789, manager: "process", service: "x", product: "openclaw", owner: "x" }),
  },
}

describe.each(Object.keys(rows))("a provider in the middle of %s", (what) => {
  async function hanging() {
    const { programs, type, inputs } = rows[what] as (typeof rows)[string]
    const file = join(folder(), "hung")
    const PATH = pathWithSsh("exit 1", programs)
    const plugin = await startPlugin({ PATH, HUNG: file })
    onTestFinished(() => plugin.stop())
    const urn = `urn:pulumi:test::gatekey::gatekey:index:${type}::one`
    const asked = plugin.read(urn, "one", inputs(PATH.split(":")[0] ?? "")).then(
      ({ outputs }) => JSON.stringify([outputs, plugin.messages]),
      ({ message }) => `${message}`,
    )
    await Promise.race([until(() => existsSync(file)), asked.then((said) => Promise.reject(new Error(said)))])
    const gone = () =>
      readFileSync(file, "utf8")
        .split(/\s+/)
        .every((pid) => pid === "" || argumentsOf(Number(pid)) === "")
    return { plugin, asked, gone }
  }

  test.each(["SIGTERM", "SIGINT"] as const)("ends by %s, with all that it started", async (signal) => {
    const { plugin, asked, gone } = await hanging()
    const exit = once(plugin.process, "exit")
    plugin.process.kill(signal)
    expect(await exit).toEqual([0, null])
    await asked
    await until(gone)
  })

  test("answers at once when the engine cancels the run", async () => {
    const { plugin, asked, gone } = await hanging()
    await ask((done) => plugin.client.cancel(new empty.Empty(), done))
    expect(await asked).toMatch(/the run was (cancelled|ended)/)
    await until(gone)
    expect(plugin.process.exitCode).toBeNull()
  })
})

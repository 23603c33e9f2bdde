import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Plugin, startPlugin } from "../support/engine/plugin.ts"
import { isSecret, secret, unknown } from "../support/engine/wire.ts"
import { differences } from "./command/differences.ts"

// What the stand-in must have in common with the real plugin, so that no test passes here and fails there.

describe("a difference", () => {
  test.each([
    ["none", { create: "a", triggers: [1] }, { create: "a", triggers: [1] }, []],
    ["a trigger's value is an update: the SDK replaces", { triggers: [1] }, { triggers: [2] }, ["triggers[0] update"]],
    ["triggers that appear replace", {}, { triggers: [1] }, ["triggers add-replace"]],
    ["triggers that go replace", { triggers: [1] }, {}, ["triggers delete-replace"]],
    ["a secret is one value", { stdin: secret("a") }, { stdin: secret("b") }, ["stdin update"]],
    [
      "within a mapping",
      { environment: { A: "1" } },
      { environment: { B: "1" } },
      ["environment.A delete", "environment.B add"],
    ],
  ])("%s", (_what, olds, news, expected) => {
    expect(differences(olds, news).map(({ path, kind }) => `${path} ${kind}`)).toEqual(expected)
  })
})

describe("a local command", () => {
  const urn = "urn:pulumi:dev::p::command:local:Command::hook"
  let plugin: Plugin

  beforeAll(async () => {
    plugin = await startPlugin({}, [join(import.meta.dirname, "command/pulumi-resource-command")])
  })
  afterAll(() => plugin?.stop())

  const change = (create: string, olds = {}) => plugin.update(urn, "id", { olds, oldInputs: {}, news: { create } })

  test("runs at its creation, not in a preview", async () => {
    const { id, outputs } = await plugin.create(urn, { create: "echo out; echo err >&2" })
    expect(id).toMatch(/^hook[0-9a-f]{8}$/)
    expect(outputs).toMatchObject({ stdout: "out", stderr: "err" })
    const planned = await plugin.create(urn, { create: "exit 1" }, true)
    expect(planned.outputs).toMatchObject({ stdout: unknown, stderr: unknown })
  })

  test("prints to the log what it prints, both streams, unless it is told not to", async () => {
    const before = plugin.messages.length
    const create = "echo logged; echo aside >&2"
    await plugin.create(urn, { create })
    expect(
      plugin.messages
        .slice(before)
        .map(({ text }) => text)
        .sort(),
    ).toEqual(["aside", "logged"])
    await plugin.create(urn, { create, logging: "stderr" })
    await plugin.create(urn, { create, logging: "none" })
    expect(plugin.messages.slice(before + 2).map(({ text }) => text)).toEqual(["aside"])
  })

  test("that fails tells its command and all that it printed", async () => {
    const failed = plugin.create(urn, { create: "echo said; echo aside >&2; exit 4" })
    await expect(failed).rejects.toThrow(
      /^exit status 4: running "echo said; echo aside >&2; exit 4":\n(?:said|aside)\n/,
    )
  })

  test("has secret outputs only where an input is secret", async () => {
    const { outputs } = await plugin.create(urn, { create: "cat", stdin: secret("x") })
    expect([isSecret(outputs.stdout), isSecret(outputs.stderr), isSecret(outputs.stdin)]).toEqual([true, true, true])
    expect((await plugin.create(urn, { create: "cat" })).outputs).toMatchObject({ stdout: "" })
  })

  test("runs again when it is changed, with what it printed before in the environment unless told otherwise", async () => {
    const create = 'echo "before: $PULUMI_COMMAND_STDOUT"'
    expect(await change(create, { stdout: "one" })).toMatchObject({ stdout: "before: one" })
    const news = { create, addPreviousOutputInEnv: false }
    const without = await plugin.update(urn, "id", { olds: { stdout: "one" }, oldInputs: {}, news })
    expect(without).toMatchObject({ stdout: "before: " })
    const update = await plugin.update(urn, "id", { olds: {}, oldInputs: {}, news: { create, update: "echo other" } })
    expect(update).toMatchObject({ stdout: "other" })
  })

  test("is not looked at: a read answers what was written", async () => {
    expect(await plugin.read(urn, "id", { create: "exit 1" }, { stdout: "old" })).toMatchObject({
      id: "id",
      outputs: { stdout: "old" },
    })
  })
})

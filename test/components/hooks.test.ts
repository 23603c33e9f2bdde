import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import * as pulumi from "@pulumi/pulumi"
import { describe, expect, test } from "vitest"
import { Fleet, type Hook } from "../../components/index.ts"
import { UserError } from "../../core/errors.ts"
import { hostKey } from "../support/hosts/host-key.ts"
import { strong } from "../support/tokens.ts"
import { named, type Recorded, record } from "./record.ts"

const member = { host: "local", manager: "systemd", predecessor: false } as const
const here: Hook = { host: "local", command: "openclaw nodes status" }
const key = hostKey()
const there: Hook = { host: "ssh://me@tw.local:2222", command: "openclaw nodes status", hostKey: key }

const declare = (...hooks: (Omit<Hook, "host"> & { readonly host: string })[]) => {
  const afterRotation = hooks as Hook[]
  const nodes = { tw: { ...member, host: "ssh://me@tw.local" as const }, beside: { ...member } }
  const compose = { file: "~/compose.yml", service: "gateway" }
  const containers = { old: { host: "local" as const, name: "old", compose } }
  return new Fleet("fleet", { token: { rotation: 3 }, gateways: { studio: member }, nodes, containers, afterRotation })
}
const token = strong()
const made = (...hooks: Hook[]) =>
  record(() => declare(...hooks), { "gatekey:index:Token": { value: token, generation: 3 } })
const typesOf = (recorded: readonly Recorded[]) => recorded.map(({ type }) => type)

test("a local hook is a local command whose output is neither shown nor kept", async () => {
  const recorded = await made(here)
  const hook = named(recorded, "after rotation openclaw")
  expect(hook.type).toBe("command:local:Command")
  expect(hook.parent).toBe("fleet")
  expect(hook.inputs).toEqual({ create: here.command, logging: "none", addPreviousOutputInEnv: false, triggers: [3] })
  expect(hook.secretOutputs).toEqual(expect.arrayContaining(["stdin", "stdout", "stderr"]))
  expect(hook.replaceOnChanges).toEqual(["triggers[*]"])
})

test("a hook on another host is a remote command to a host with a known key", async () => {
  const hook = named(await made(there), "after rotation openclaw on tw.local")
  expect(hook.type).toBe("command:remote:Command")
  const { connection, ...others } = hook.inputs
  expect(revealed(connection)).toEqual({
    ...{ host: "tw.local", user: "me", port: 2222, hostKey: key },
    ...{ perDialTimeout: 10, dialErrorLimit: 2 },
  })
  expect(others).toEqual({
    create: "exec /bin/sh -c 'openclaw nodes status'",
    ...{ logging: "none", addPreviousOutputInEnv: false, triggers: [3] },
  })
  expect(hook.secretOutputs).toEqual(expect.arrayContaining(["connection", "stdin", "stdout", "stderr"]))
})

test.each([
  ["local", here, "exec >/dev/null 2>&1\nopenclaw nodes status"],
  ["remote", there, "exec /bin/sh -c 'exec >/dev/null 2>&1\nopenclaw nodes status'"],
])(
  "token: true: the token is a line of standard input, and nothing that is printed goes on: %s",
  async (_, hook, create) => {
    const recorded = await made({ ...hook, token: true })
    const { inputs } = recorded.find(({ type }) => type.startsWith("command:")) as Recorded
    expect(revealed(inputs.stdin)).toBe(`${token}\n`)
    expect(inputs.stdin).not.toBe(`${token}\n`)
    expect(inputs.create).toBe(create)
    expect(JSON.stringify({ ...inputs, stdin: "" })).not.toContain(token)
  },
)

describe("the order", () => {
  test("hooks run one after the other, after all other resources", async () => {
    const recorded = await made(here, { ...here, name: "second" })
    const first = named(recorded, "after rotation openclaw")
    const receipt = named(recorded, "receipt")
    const own = ["Placement", "Flip", "Service", "Listener", "Handshake", "Containers", "Reach"].map(
      (type) => `gatekey:index:${type}`,
    )
    const all = recorded.filter(({ type }) => own.includes(type)).map(({ name }) => name)
    expect(all.length).toBeGreaterThan(20)
    expect(all.filter((name) => !receipt.after.includes(name))).toEqual([])
    expect(first.after.filter((name) => name !== "token")).toEqual(["receipt"])
    expect(named(recorded, "second").after.filter((name) => name !== "token")).toEqual([first.name])
  })
})

test("without a hook, no resource of @pulumi/command is declared", async () => {
  expect(typesOf(await made()).filter((type) => type.startsWith("command:"))).toEqual([])
})

test("without a hook, @pulumi/command is not loaded", () => {
  const program = `
    import { createRequire } from "node:module"
    import ${JSON.stringify(new URL("../../components/index.ts", import.meta.url).href)}
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    console.log(loaded.some((file) => file.includes("@pulumi/pulumi")), loaded.filter((file) => file.includes("@pulumi/command")).length)
  `
  const words = ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", program]
  expect(execFileSync(process.execPath, words, { encoding: "utf8" })).toBe("true 0\n")
})

test("rejects hooks that cannot run before any resource is created, in one line each", async () => {
  const { hostKey: _, ...unknown } = there
  const recorded = await record(() => {
    const hooks = [{ ...here, command: "" }, unknown, { ...here, host: "tw" }, here, here]
    expect(() => declare(...hooks)).toThrow(UserError)
    try {
      declare(...hooks)
    } catch (error) {
      expect((error as Error).message.split("\n")).toEqual([
        "afterRotation[0].command: expected a command for sh, not empty, without control characters",
        expect.stringMatching(/^afterRotation\[1\]\.hostKey: expected .*`ssh-keyscan -t ed25519 -p 2222 tw\.local`/),
        "afterRotation[2].host: a text of 2 characters is not a host: allowed is local, or ssh://[user@]name[:port]",
        'afterRotation[3].name: another hook is "after rotation openclaw" as well; give one of them a name',
        'afterRotation[4].name: another hook is "after rotation openclaw" as well; give one of them a name',
      ])
    }
  })
  expect(recorded).toEqual([])
})

const shells = ["/bin/sh", "/bin/bash", "/usr/bin/zsh", "/usr/bin/fish", "/bin/tcsh"]

describe("on another host a command means the same in every login shell", () => {
  test.for(shells)("%s", async (shell, { skip }) => {
    if (!existsSync(shell) && !process.env.CI) skip(`${shell} is not installed`)
    const text = `printf '%s|' "a b" 'c!d' 'e\\\\f' \\\\ "$(echo 'it'\\''s')" !! \`echo g\``
    const recorded = await made({ ...there, command: text })
    const { inputs } = recorded.find(({ type }) => type.startsWith("command:")) as Recorded
    const said = execFileSync(shell, ["-c", String(inputs.create)], { encoding: "utf8" })
    expect(said).toBe(execFileSync("/bin/sh", ["-c", text], { encoding: "utf8" }))
  })
})

function revealed(value: unknown): unknown {
  return pulumi.runtime.isRpcSecret(value) ? pulumi.runtime.unwrapRpcSecret(value) : value
}

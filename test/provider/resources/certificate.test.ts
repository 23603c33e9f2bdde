import { execFileSync, spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { createAuthority } from "../../../certificates/authority.ts"
import { issue } from "../../../certificates/issue.ts"
import { Secret } from "../../../core/secret.ts"
import { type Managed, managed } from "../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { type Raw, unknown } from "../../support/engine/wire.ts"
import { folder } from "../../support/hosts/machine.ts"
import { type FarmSettings, noSshHosts, startFarm } from "../../support/hosts/ssh-farm.ts"

const day = 86_400_000
let plugin: Plugin
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

async function issuer(): Promise<Managed> {
  const one = managed(plugin, "Authority", `authority ${++names}`)
  await one.up({ domain: "home" })
  return one
}

async function node() {
  const authority = await issuer()
  const home = folder()
  const path = join(home, "tls/tw.pem")
  const one = managed(plugin, "Certificate", `tw ${++names}`)
  const at = (more: Raw = {}): Raw => ({
    host: "local",
    path,
    authority: authority.state?.id ?? unknown,
    name: "tw",
    ...more,
  })
  const told = () =>
    plugin.messages.filter(({ urn, ephemeral }) => urn === one.urn && !ephemeral).map(({ text }) => text)
  return { authority, home, path, one, at, told }
}

/** Puts a certificate of the same authority there, as it would be at another time. */
async function replace({ authority, path }: Awaited<ReturnType<typeof node>>, begun: number, lifetime = 365 * day) {
  const { certificate, key } = (authority.state?.outputs ?? {}) as { certificate: string; key: { value: string } }
  const file = join(folder(), "key")
  execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", file])
  const request = execFileSync("openssl", ["req", "-new", "-key", file, "-subj", "/CN=x"], { encoding: "utf8" })
  const identity = { name: "tw", generation: 1, role: "node", names: [] } as const
  const made = { certificate, key: new Secret(key.value), domain: "home" }
  const pem = await issue(made, request, identity, { lifetime, now: new Date(Date.now() + begun) })
  writeFileSync(path, readFileSync(file, "utf8") + pem, { mode: 0o600 })
}

const digest = (path: string) =>
  execFileSync("openssl", ["x509", "-in", path, "-noout", "-fingerprint", "-sha256"], { encoding: "utf8" })

test("a key is made on the host, with a certificate that its authority signed; a preview writes nothing, and a second `up` neither", async () => {
  const { authority, home, path, one, at, told } = await node()
  expect((await one.preview(at())).step).toBe("create")
  expect(existsSync(join(home, "tls"))).toBe(false)
  await one.up(at())
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(home, "tls")).mode & 0o777).toBe(0o700)
  expect(readdirSync(join(home, "tls"))).toEqual(["tw.pem"])
  const ca = join(home, "ca.pem")
  writeFileSync(ca, String(authority.state?.outputs.certificate))
  const { stdout } = spawnSync("openssl", ["verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", ca, path], {
    encoding: "utf8",
  })
  expect(stdout).toContain("tw.pem: OK")
  expect(one.state?.outputs).toMatchObject({ holds: "certificate of tw.g1" })
  expect(Date.parse(String(one.state?.outputs.expires)) - Date.now()).toBeGreaterThan(364 * day)
  expect(Date.parse(String(one.state?.outputs.renews)) - Date.now()).toBeLessThan(122 * day)

  const before = statSync(path, { bigint: true }).ctimeNs
  expect(await one.up(at())).toBe("same")
  expect((await one.preview(at())).step).toBe("same")
  expect(statSync(path, { bigint: true }).ctimeNs).toBe(before)
  expect(told()).toEqual([])
})

test("the key never leaves the host: it is in no answer, no state and no message", async () => {
  const { one, at, path } = await node()
  await one.up(at())
  const [key = ""] = readFileSync(path, "utf8").split("-----BEGIN CERTIFICATE-----")
  const body = key.split("\n").slice(1, -2).join("")
  expect(body.length).toBeGreaterThan(100)
  expect(JSON.stringify([one.state, plugin.messages])).not.toContain(body.slice(0, 40))
})

describe("what is not as declared is named, and renewed by an `up`", () => {
  test.each<[string, (one: Awaited<ReturnType<typeof node>>) => unknown, string]>([
    ["a file that is gone", ({ path }) => execFileSync("rm", [path]), "nothing"],
    [
      "a key that others can read",
      ({ path }) => chmodSync(path, 0o640),
      "certificate of tw.g1, but others can read its key (0640)",
    ],
    ["another's certificate", ({ path }) => foreign(path), "a certificate of another authority"],
    ["a certificate without its key", ({ path }) => withoutKey(path), "certificate of tw.g1, without its key"],
    ["another key", ({ path }) => otherKey(path), "certificate of tw.g1, with a key that is not its own"],
    ["text", ({ path }) => writeFileSync(path, "hello"), "no certificate"],
    [
      "one that is a third through its life",
      (one) => replace(one, -122 * day),
      "certificate of tw.g1, due for renewal since ",
    ],
    ["one that is over", (one) => replace(one, -366 * day), "certificate of tw.g1, expired since "],
    ["one of tomorrow", (one) => replace(one, day), "certificate of tw.g1, valid from "],
  ])("%s", async (_what, spoil, holds) => {
    const all = await node()
    const { one, at, path, told } = all
    await one.up(at())
    const before = digest(path)
    await spoil(all)
    const { step } = await one.preview(at())
    expect(step).toBe("update")
    expect(one.state?.outputs.holds).toContain(holds)
    expect(told().at(-1)).toMatch(
      /^contains .*, expected certificate of tw\.g1\. `pulumi up` makes a new key and certificate there/,
    )
    await one.up(at())
    expect(digest(path)).not.toBe(before)
    expect(one.state?.outputs.holds).toBe("certificate of tw.g1")
    expect(await one.up(at())).toBe("same")
  })

  test("what is another's stays beside it", async () => {
    const { one, at, path, home } = await node()
    await one.up(at())
    foreign(path)
    const theirs = readFileSync(path, "utf8")
    await one.up(at())
    const kept = readdirSync(join(home, "tls")).filter((name) => name !== "tw.pem")
    expect(kept).toEqual([expect.stringMatching(/^tw\.pem\.\d{14}$/)])
    expect(readFileSync(join(home, "tls", kept[0] ?? ""), "utf8")).toBe(theirs)
  })

  test("one that ends within 60 days is a warning in each preview", async () => {
    const all = await node()
    await all.one.up(all.at())
    await replace(all, -310 * day)
    await all.one.preview(all.at())
    expect(all.told()).toContainEqual(
      expect.stringMatching(/^expires on \d{4}-\d\d-\d\d, in 5[45] days\. `pulumi up` renews it$/),
    )
  })
})

test.each<[string, Raw, string]>([
  ["generation", { generation: 2 }, "tw.g2"],
  ["role", { role: "client" }, "tw.g1"],
  ["lifetime", { lifetime: "30d" }, "tw.g1"],
])("another %s is another certificate", async (_what, more, name) => {
  const { one, at, path } = await node()
  await one.up(at())
  const before = digest(path)
  expect((await one.preview(at(more))).step).toBe("update")
  expect(digest(path)).toBe(before)
  await one.up(at(more))
  expect(digest(path)).not.toBe(before)
  expect(one.state?.outputs.holds).toBe(`certificate of ${name}`)
})

describe("refused before anything is written", () => {
  test.each<[string, Raw, RegExp]>([
    ["a name that no certificate can have", { name: "Tw!" }, /name: must be 1 to 32 lower-case letters/],
    ["a lifetime that is too long", { lifetime: "2y" }, /lifetime: must be from 7d to 398d/],
    ["a lifetime that is too short", { lifetime: "1d" }, /lifetime: must be from 7d to 398d/],
    ["names of a node", { names: ["a.local"] }, /names: only a guard has names/],
    ["a role that does not exist", { role: "server" }, /role: must be one of node, client, guard/],
  ])("%s", async (_what, more, reason) => {
    const { one, at, home } = await node()
    await expect(one.preview(at(more))).rejects.toThrow(reason)
    expect(readdirSync(home)).toEqual([])
  })

  test.each<[string, (path: string) => unknown, RegExp]>([
    ["another's certificate", foreign, /contains a certificate of another authority already\. Move it away/],
    ["text", (path) => writeFileSync(path, "mine"), /contains no certificate already/],
    [
      "a symbolic link",
      (path) => symlinkSync("/etc/hostname", path),
      /contains unreadable: it is a symbolic link already/,
    ],
  ])("the first `up` where there is %s", async (_what, put, reason) => {
    const { one, at, path, home } = await node()
    mkdirSync(join(home, "tls"))
    put(path)
    await expect(one.preview(at())).rejects.toThrow(reason)
    await expect(one.up(at())).rejects.toThrow(reason)
    expect(readdirSync(join(home, "tls"))).toEqual(["tw.pem"])
  })

  test("a folder that others can write", async () => {
    const { one, at, home } = await node()
    mkdirSync(join(home, "tls"), { mode: 0o777 })
    chmodSync(join(home, "tls"), 0o777)
    await expect(one.up(at())).rejects.toThrow(
      /its folder can be written by others; run chmod go-w on it\. Nothing was changed/,
    )
    expect(readdirSync(join(home, "tls"))).toEqual([])
  })
})

test("deleting removes its own file, and leaves another's", async () => {
  const [first, second] = [await node(), await node()]
  for (const { one, at } of [first, second]) await one.up(at())
  foreign(second.path)
  await first.one.destroy()
  await second.one.destroy()
  expect(existsSync(first.path)).toBe(false)
  expect(existsSync(second.path)).toBe(true)
  expect(second.told().at(-1)).toContain("the certificate there is not the one that was issued, so it stays")
})

describe.skipIf(noSshHosts)(`on another host [${noSshHosts ?? "real sshd"}]`, () => {
  async function remote(machine: FarmSettings = {}) {
    const farm = await startFarm(1, machine)
    onTestFinished(() => farm.stop())
    const there = await startPlugin({ GATEKEY_SSH_CONFIG: farm.config })
    onTestFinished(() => there.stop())
    const authority = managed(there, "Authority", `authority ${++names}`)
    await authority.up({ domain: "home" })
    const one = managed(there, "Certificate", `tw ${++names}`)
    const host = farm.host(1)
    const inputs = {
      host: `ssh://${host.name}`,
      path: "~/tls/tw.pem",
      authority: authority.state?.id ?? unknown,
      name: "tw",
    }
    const told = () =>
      there.messages.filter(({ urn, ephemeral }) => urn === one.urn && !ephemeral).map(({ text }) => text)
    return { one, host, inputs, told }
  }

  test("the key is made there; one that does not answer is not checked, and is no drift", async () => {
    const { one, host, inputs, told } = await remote()
    await one.up(inputs)
    expect(statSync(join(host.home, "tls/tw.pem")).mode & 0o777).toBe(0o600)
    expect(await one.up(inputs)).toBe("same")
    host.kill()
    expect((await one.preview(inputs)).step).toBe("same")
    expect(told().at(-1)).toMatch(/^not checked: .*The next `pulumi up` that reaches it checks it$/i)
  })

  test("a host without openssl is told so, and nothing is left there", async () => {
    const { one, host, inputs } = await remote({ busybox: true })
    await expect(one.up(inputs)).rejects.toThrow(/the host has no openssl; install it/)
    expect(existsSync(join(host.home, "tls"))).toBe(false)
  })
})

test("an authority is made once; its key is a secret of the state", async () => {
  const one = await issuer()
  const { outputs, id } = one.state ?? {}
  expect(outputs).toMatchObject({ domain: "home", key: { value: expect.stringContaining("PRIVATE KEY") } })
  expect(await one.up({ domain: "home" })).toBe("same")
  expect(one.state?.id).toBe(id)
  expect((await one.preview({ domain: "office" })).step).toBe("replace")
  await expect(one.preview({ domain: "Not a domain" })).rejects.toThrow(/domain: must be 1 to 63 lower-case letters/)
  expect((await createAuthority("home", new Date())).certificate).not.toBe(outputs?.certificate)
})

function foreign(path: string): void {
  const key = join(folder(), "key")
  const options = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-keyout",
    key,
    "-subj",
    "/CN=tw.g1",
  ]
  const pem = execFileSync("openssl", ["req", "-x509", ...options], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  })
  writeFileSync(path, readFileSync(key, "utf8") + pem, { mode: 0o600 })
}

test("is not removed with the resource that was renamed: another one has its path in this run", async () => {
  const { path, one, at } = await node()
  await one.up(at())
  const run = await startPlugin()
  onTestFinished(() => run.stop())
  await run.check(managed(run, "Certificate", `renamed ${++names}`).urn, at())
  await run.delete(one.urn, one.state?.id ?? "", one.state?.outputs ?? {}, one.state?.inputs ?? {})
  expect(existsSync(path)).toBe(true)
  const destroy = await startPlugin()
  onTestFinished(() => destroy.stop())
  await destroy.delete(one.urn, one.state?.id ?? "", one.state?.outputs ?? {}, one.state?.inputs ?? {})
  expect(existsSync(path)).toBe(false)
})

function withoutKey(path: string): void {
  const text = readFileSync(path, "utf8")
  writeFileSync(path, text.slice(text.indexOf("-----BEGIN CERTIFICATE-----")))
}

function otherKey(path: string): void {
  const key = execFileSync("openssl", ["ecparam", "-name", "prime256v1", "-genkey", "-noout"], { encoding: "utf8" })
  const text = readFileSync(path, "utf8")
  writeFileSync(path, key + text.slice(text.indexOf("-----BEGIN CERTIFICATE-----")))
}

import { execFileSync, spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { importSPKI, jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { type Managed, managed } from "../../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../../support/engine/plugin.ts"
import { type Raw, unknown } from "../../support/engine/wire.ts"
import { folder } from "../../support/hosts/machine.ts"
import { type FarmSettings, noSshHosts, startFarm } from "../../support/hosts/ssh-farm.ts"
import { keyPair } from "../../support/proxies/bearer.ts"

let plugin: Plugin
let names = 0
beforeAll(async () => {
  plugin = await startPlugin()
})
afterAll(() => plugin.stop())

interface Site {
  readonly at: string
  readonly key: string
  readonly minter: string
  readonly one: Managed
  inputs(more?: Raw): Raw
  reported(): string[]
}

async function site(): Promise<Site> {
  const authority = managed(plugin, "Authority", `authority ${++names}`)
  await authority.up({ domain: "home" })
  const at = join(folder(), "laptop")
  const one = managed(plugin, "ClientKey", `laptop ${++names}`)
  const inputs = (more: Raw = {}): Raw => ({
    ...{ host: "local", folder: at, authority: authority.state?.id ?? unknown },
    ...{ name: "laptop", audience: "studio" },
    ...more,
  })
  const reported = () =>
    plugin.messages.filter(({ urn, ephemeral }) => urn === one.urn && !ephemeral).map(({ text }) => text)
  return { at, key: join(at, "client.key"), minter: join(at, "token"), one, inputs, reported }
}

const publicKeyOf = ({ one }: Pick<Site, "one">) => String(one.state?.outputs.publicKey)
const print = (program: string, ...words: string[]) => execFileSync(program, words, { encoding: "utf8" }).trim()

/** Verifies a token as a guard's list of rules does, by a library that is not ours. */
async function verified(token: string, publicKey: string, audience = "studio") {
  const rules = {
    algorithms: ["ES256"],
    typ: "at+jwt",
    issuer: "gatekey:home",
    audience: `openclaw-gateway:${audience}`,
  }
  return jwtVerify(token, await importSPKI(publicKey, "ES256"), { ...rules, subject: "laptop", maxTokenAge: 3600 })
}

test("a key and its program are made on the host; a preview writes nothing, and a second `up` neither", async () => {
  const { at, key, minter, one, inputs, reported } = await site()
  const preview = await one.preview(inputs())
  expect([preview.step, preview.outputs.publicKey]).toEqual(["create", unknown])
  expect(existsSync(at)).toBe(false)
  await one.up(inputs())
  expect(readdirSync(at).sort()).toEqual(["client.key", "token"])
  expect([at, key, minter].map((each) => statSync(each).mode & 0o777)).toEqual([0o700, 0o600, 0o700])
  expect(one.state?.outputs).toMatchObject({ holds: "the key of laptop.g1", minter: "as declared" })
  expect(publicKeyOf({ one })).toBe(execFileSync("openssl", ["pkey", "-in", key, "-pubout"], { encoding: "utf8" }))
  const before = [key, minter].map((each) => statSync(each, { bigint: true }).ctimeNs)
  expect(await one.up(inputs())).toBe("same")
  expect((await one.preview(inputs())).step).toBe("same")
  expect([key, minter].map((each) => statSync(each, { bigint: true }).ctimeNs)).toEqual(before)
  expect(reported()).toEqual([])
  const body = readFileSync(key, "utf8").split("\n").slice(2, -2).join("")
  expect(body.length).toBeGreaterThan(100)
  expect(JSON.stringify([one.state, plugin.messages])).not.toContain(body.slice(0, 40))
})

describe("the program prints tokens that a library verifies", () => {
  test.each([["sh"], ["dash"], ["bash", "--posix"], ["busybox", "sh"]])("by %s", async (...shell) => {
    const all = await site()
    await all.one.up(all.inputs())
    const [program = "", ...words] = [...shell, all.minter]
    for (let count = 0; count < 20; count++) {
      const { payload, protectedHeader } = await verified(print(program, ...words), publicKeyOf(all))
      expect(protectedHeader).toEqual({ alg: "ES256", typ: "at+jwt", kid: "laptop.g1" })
      expect(Object.keys(payload)).toEqual(["iss", "sub", "aud", "iat", "exp", "jti"])
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300)
    }
  })

  test("with another life, for another guard, as a header's value; each with an id of its own", async () => {
    const all = await site()
    await all.one.up(all.inputs())
    const header = print(all.minter, "--bearer", "--lifetime", "3600", "--aud", "attic")
    expect(header).toMatch(/^Bearer eyJ/)
    const { payload } = await verified(header.replace("Bearer ", ""), publicKeyOf(all), "attic")
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3600)
    const ids = await Promise.all(
      [1, 2].map(async () => (await verified(print(all.minter), publicKeyOf(all))).payload.jti),
    )
    expect(new Set(ids).size).toBe(2)
  })

  test("without an environment, from another folder, and writes nothing", async () => {
    const all = await site()
    await all.one.up(all.inputs())
    const before = readdirSync(all.at)
    const nowhere = folder()
    const token = execFileSync(all.minter, [], { encoding: "utf8", cwd: nowhere, env: {} }).trim()
    await verified(token, publicKeyOf(all))
    expect([readdirSync(all.at), readdirSync(nowhere)]).toEqual([before, []])
  })

  test.each<[string, string[], RegExp]>([
    ["a life over an hour", ["--lifetime", "3601"], /found a lifetime of 3601 seconds; expected: token/],
    ["a life that is no number", ["--lifetime", "5m"], /found no lifetime; expected/],
    ["no life", ["--lifetime"], /found no lifetime; expected/],
    ["a name with a quote", ["--aud", 'a"b'], /found no name of a guard; expected/],
    ["anything else", ["--help"], /found an unknown argument; expected/],
  ])("and refuses %s", async (_what, words, reason) => {
    const all = await site()
    await all.one.up(all.inputs())
    const { status, stdout, stderr } = spawnSync(all.minter, words, { encoding: "utf8" })
    expect([status, stdout]).toEqual([2, ""])
    expect(stderr).toMatch(reason)
  })

  test.each<[string, (site: Site) => void, RegExp]>([
    ["no key", ({ key }) => rmSync(key), /cannot read client\.key beside this program; run: pulumi up/],
    ["no key in its file", ({ key }) => writeFileSync(key, "x"), /client\.key cannot sign, expected a key of P-256/],
  ])("and says so when there is %s", async (_what, spoil, reason) => {
    const all = await site()
    await all.one.up(all.inputs())
    spoil(all)
    const { status, stdout, stderr } = spawnSync(all.minter, { encoding: "utf8" })
    expect([status, stdout]).toEqual([1, ""])
    expect(stderr).toMatch(reason)
  })
})

describe("what is not as declared is named, and repaired by an `up`", () => {
  test.each<[what: string, spoil: (site: Site) => void, holds: string, keeps: boolean]>([
    ["no key", ({ key }) => rmSync(key), "nothing", false],
    [
      "a key that others can read",
      ({ key }) => chmodSync(key, 0o640),
      "the key of laptop.g1, but others can read it (0640)",
      false,
    ],
    [
      "another key",
      ({ key }) => writeFileSync(key, `${marked("laptop.g1")}${keyPair().key}`),
      "another key than the one that was made",
      true,
    ],
    [
      "a key that gatekey did not make",
      ({ key }) => writeFileSync(key, keyPair().key),
      "a key that gatekey did not make",
      true,
    ],
    [
      "a key of another client",
      ({ key }) => writeFileSync(key, `${marked("phone.g1")}${keyPair().key}`),
      "the key of phone.g1",
      true,
    ],
    ["text", ({ key }) => writeFileSync(key, "hello"), "no key", true],
  ])("%s", async (_what, spoil, holds, keeps) => {
    const all = await site()
    const { one, inputs, at, key, reported } = all
    await one.up(inputs())
    const before = publicKeyOf(all)
    spoil(all)
    const theirs = existsSync(key) ? readFileSync(key, "utf8") : ""
    const preview = await one.preview(inputs())
    expect([preview.step, preview.outputs.publicKey, one.state?.outputs.holds]).toEqual(["update", unknown, holds])
    expect(reported().at(-1)).toMatch(
      /^client\.key contains .*, expected the key of laptop\.g1\. `pulumi up` makes a new key there/,
    )
    await one.up(inputs())
    expect(publicKeyOf(all)).not.toBe(before)
    await verified(print(all.minter), publicKeyOf(all))
    const kept = readdirSync(at).filter((name) => /^client\.key\.\d{14}$/.test(name))
    expect(kept.map((name) => readFileSync(join(at, name), "utf8"))).toEqual(keeps ? [theirs] : [])
    expect(await one.up(inputs())).toBe("same")
  })

  test.each<[string, (site: Site) => void, string]>([
    ["no program", ({ minter }) => rmSync(minter), "is missing"],
    [
      "a program that was changed",
      ({ minter }) => writeFileSync(minter, `${readFileSync(minter, "utf8")}exit 1\n`),
      "differs",
    ],
    ["a program that cannot be run", ({ minter }) => chmodSync(minter, 0o600), "has the mode 0600"],
    ["a program that others can write", ({ minter }) => chmodSync(minter, 0o777), "has the mode 0777"],
  ])("%s, while the key stays", async (_what, spoil, reason) => {
    const all = await site()
    await all.one.up(all.inputs())
    const before = publicKeyOf(all)
    spoil(all)
    const preview = await all.one.preview(all.inputs())
    expect([preview.step, preview.outputs.publicKey]).toEqual(["update", before])
    expect(all.reported().at(-1)).toBe(`the program token ${reason}. \`pulumi up\` writes it; the key stays`)
    await all.one.up(all.inputs())
    await verified(print(all.minter), before)
    expect(await all.one.up(all.inputs())).toBe("same")
  })
})

test("another generation is another key, and another guard the same key", async () => {
  const all = await site()
  await all.one.up(all.inputs())
  const first = publicKeyOf(all)
  await all.one.up(all.inputs({ audience: "attic" }))
  expect(publicKeyOf(all)).toBe(first)
  await verified(print(all.minter), first, "attic")
  expect((await all.one.preview(all.inputs({ generation: 2 }))).outputs.publicKey).toBe(unknown)
  await all.one.up(all.inputs({ generation: 2 }))
  expect(publicKeyOf(all)).not.toBe(first)
  expect((await verified(print(all.minter), publicKeyOf(all))).protectedHeader.kid).toBe("laptop.g2")
  expect(readdirSync(all.at).sort()).toEqual(["client.key", "token"])
})

describe("refused before anything is written", () => {
  test.each<[string, Raw, RegExp]>([
    ["a name that no client can have", { name: "Lap top" }, /name: must be 1 to 32 lower-case letters/],
    ["a guard's name with a quote", { audience: "a'b" }, /audience: must be 1 to 32 lower-case letters/],
  ])("%s", async (_what, more, reason) => {
    const { one, inputs, at } = await site()
    await expect(one.preview(inputs(more))).rejects.toThrow(reason)
    expect(existsSync(at)).toBe(false)
  })

  test.each<[string, (site: Site) => void, RegExp]>([
    [
      "a key of another program",
      ({ key }) => writeFileSync(key, keyPair().key),
      /contains a key that gatekey did not make already\. Move it away/,
    ],
    [
      "the key of another client",
      ({ key }) => writeFileSync(key, `${marked("phone.g1")}${keyPair().key}`),
      /contains the key of phone\.g1 already/,
    ],
    ["text", ({ key }) => writeFileSync(key, "mine"), /contains no key already/],
    ["a symbolic link", ({ key }) => symlinkSync("/etc/hostname", key), /it is a symbolic link already/],
    [
      "a program",
      ({ minter }) => writeFileSync(minter, "#!/bin/sh\n"),
      /token: gatekey did not write this file\. Move it away/,
    ],
  ])("the first `up` where there is %s", async (_what, put, reason) => {
    const all = await site()
    mkdirSync(all.at, { mode: 0o700 })
    put(all)
    const before = readdirSync(all.at).map((name) => readFileSync(join(all.at, name), "utf8"))
    await expect(all.one.preview(all.inputs())).rejects.toThrow(reason)
    await expect(all.one.up(all.inputs())).rejects.toThrow(reason)
    expect(readdirSync(all.at).map((name) => readFileSync(join(all.at, name), "utf8"))).toEqual(before)
  })

  test("a folder that others can write", async () => {
    const { one, inputs, at } = await site()
    mkdirSync(at)
    chmodSync(at, 0o777)
    await expect(one.up(inputs())).rejects.toThrow(/its folder can be written by others; run chmod go-w on it/)
    expect(readdirSync(at)).toEqual([])
  })
})

test("deleting removes its own files and the folder, and leaves another's key", async () => {
  const [first, second] = [await site(), await site()]
  for (const { one, inputs } of [first, second]) await one.up(inputs())
  writeFileSync(second.key, keyPair().key)
  await first.one.destroy()
  await second.one.destroy()
  expect(existsSync(first.at)).toBe(false)
  expect(readdirSync(second.at)).toEqual(["client.key"])
  expect(second.reported().at(-1)).toContain("the key there is not the one that gatekey made, so it stays")
})

describe.skipIf(noSshHosts)(`on another host [${noSshHosts ?? "real sshd"}]`, () => {
  async function remote(machine: FarmSettings = {}) {
    const farm = await startFarm(1, machine)
    onTestFinished(() => farm.stop())
    const there = await startPlugin({ GATEKEY_SSH_CONFIG: farm.config })
    onTestFinished(() => there.stop())
    const authority = managed(there, "Authority", `authority ${++names}`)
    await authority.up({ domain: "home" })
    const one = managed(there, "ClientKey", `laptop ${++names}`)
    const host = farm.host(1)
    const at = { host: `ssh://${host.name}`, folder: "~/laptop", authority: authority.state?.id ?? unknown }
    const reported = () =>
      there.messages.filter(({ urn, ephemeral }) => urn === one.urn && !ephemeral).map(({ text }) => text)
    return { one, host, inputs: { ...at, name: "laptop", audience: "studio" }, reported }
  }

  test("the key is made there; a host that does not answer is not checked, and is no drift", async () => {
    const { one, host, inputs, reported } = await remote()
    await one.up(inputs)
    expect(statSync(join(host.home, "laptop/client.key")).mode & 0o777).toBe(0o600)
    await verified(print(join(host.home, "laptop/token")), publicKeyOf({ one }))
    expect(await one.up(inputs)).toBe("same")
    host.kill()
    expect((await one.preview(inputs)).step).toBe("same")
    expect(reported().at(-1)).toMatch(/^not checked: .*The next `pulumi up` that reaches it checks it$/i)
  })

  test("a host without openssl is named, and nothing is left there", async () => {
    const { one, host, inputs } = await remote({ busybox: true })
    await expect(one.up(inputs)).rejects.toThrow(/the host has no openssl; install it/)
    expect(existsSync(join(host.home, "laptop"))).toBe(false)
  })
})

test("is not removed with the resource that was renamed: another one has its folder in this run", async () => {
  const { key, one, inputs } = await site()
  await one.up(inputs())
  const run = await startPlugin()
  onTestFinished(() => run.stop())
  await run.check(managed(run, "ClientKey", `renamed ${++names}`).urn, inputs())
  await run.delete(one.urn, one.state?.id ?? "", one.state?.outputs ?? {}, one.state?.inputs ?? {})
  expect(existsSync(key)).toBe(true)
  const destroy = await startPlugin()
  onTestFinished(() => destroy.stop())
  await destroy.delete(one.urn, one.state?.id ?? "", one.state?.outputs ?? {}, one.state?.inputs ?? {})
  expect(existsSync(key)).toBe(false)
})

const marked = (id: string) => `# gatekey: the key of ${id}\n`

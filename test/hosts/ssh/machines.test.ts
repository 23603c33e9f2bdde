import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { hostOf } from "../../../hosts/index.ts"
import { withFarm } from "../../support/hosts/on-each-host.ts"
import { noSshHosts } from "../../support/hosts/ssh-farm.ts"

/** The POSIX utilities that gatekey needs. */
const needed = "cat chmod chown cksum date dd id ln ls mkdir mv readlink rm sed sleep sync tr uname".split(" ")

/** Creates a host with only these programs on its PATH. */
function hostWith(programs: readonly string[]) {
  const host = withFarm(1, { sshd: ["SetEnv PATH=/root/bin"] })
  beforeAll(() => {
    if (noSshHosts !== undefined) return
    mkdirSync(join(host(1).home, "bin"))
    for (const each of programs) symlinkSync(`/usr/bin/${each}`, join(host(1).home, "bin", each))
  })
  return host
}

describe("a host with only the needed utilities", () => {
  const host = hostWith(needed)

  test("is read and written, with POSIX checksums", async () => {
    const there = hostOf(`ssh://${host(1).name}`)
    const path = "/root/a/x"
    expect(await there.readSnapshot(path)).toEqual({ kind: "absent", leftover: false })
    for (const text of ["one", "one\r\n\0two", ""]) {
      await there.edit(path, () => ({ bytes: Buffer.from(text) }))
      expect(readFileSync(join(host(1).home, "a/x"), "utf8")).toBe(text)
      expect(await there.readSnapshot(path)).toMatchObject({ kind: "file", bytes: Buffer.from(text), mode: 0o600 })
    }
    await there.edit(path, () => ({ remove: true }))
    expect(readdirSync(join(host(1).home, "a"))).toEqual([])
  })
})

describe.each([["readlink"], ["ln", "sync"], ["cksum"]])("a host that has no %s", (...missing) => {
  const host = hostWith(needed.filter((name) => !missing.includes(name)))

  test("is unreachable, with the names of the missing programs", async () => {
    const there = hostOf(`ssh://${host(1).name}`)
    const reason = `it lacks ${missing.join(", ")}`
    const advice = `ssh://${host(1).name} is unreachable: ${reason}; install it there`
    expect(await there.readSnapshot("/root/x")).toEqual({ kind: "unreachable", reason, advice })
    await expect(there.edit("/root/x", () => ({ bytes: Buffer.from("new") }))).rejects.toThrow(advice)
    expect(readdirSync(host(1).home)).toEqual(["bin"])
  })
})

describe("a host without sh", () => {
  const host = withFarm(1, { busybox: true, shell: "/bin/ash" })

  test("is unreachable", async () => {
    rmSync(join(host(1).root, "bin/sh"))
    const look = await hostOf(`ssh://${host(1).name}`).readSnapshot("/x")
    expect(look).toMatchObject({ kind: "unreachable", reason: expect.stringContaining("it has no /bin/sh that runs") })
  })
})

describe.each([
  ["Debian", {}],
  ["busybox", { busybox: true }],
])("on %s", (_name, machine) => {
  const host = withFarm(1, machine)
  const there = () => hostOf(`ssh://${host(1).name}`)

  test("runs a script with arguments and input, and returns its output, errors and code", async () => {
    const ran = await there().run('cat; printf "%s|" "$@" >&2; exit 3', {
      args: ["a b", "$(x)", "'\n\"", "-n"],
      input: Buffer.from("in\0put"),
    })
    expect({ ...ran, stdout: Buffer.from(ran.stdout).toString(), stderr: ran.stderr.raw() }).toEqual({
      code: 3,
      stdout: "in\0put",
      stderr: "a b|$(x)|'\n\"|-n|",
    })
  })

  test("a script may leave its input unread", async () => {
    expect((await there().run("true", { input: Buffer.alloc(1_000_000) })).code).toBe(0)
  })

  test("kills a script and its children at the timeout", async () => {
    const before = host(1).processes()
    const ran = await there().run("echo begun; sleep 61; echo ended", { timeout: 1000 })
    expect(ran.code).toBeNull()
    expect(Buffer.from(ran.stdout).toString()).toBe("begun\n")
    const sleeping = () =>
      host(1)
        .processes()
        .filter((pid) => !before.includes(pid) && read(`/proc/${pid}/cmdline`).includes("61"))
    await expect.poll(sleeping, { timeout: 30_000 }).toEqual([])
    expect((await there().run("echo $0", { timeout: 30_000 })).code).toBe(0)
  })

  test("reads files at the root, and in a folder of thousands", async () => {
    expect(await there().readSnapshot("/")).toMatchObject({ kind: "unreadable", reason: "is a directory" })
    expect(await there().readSnapshot("/nothing-here")).toEqual({ kind: "absent", leftover: false })
    const top = join(host(1).home, "many")
    mkdirSync(top)
    for (let at = 0; at < 1000; at++) writeFileSync(join(top, `.x.gatekey-${at}`), "")
    expect(await there().readSnapshot("/root/many/x")).toEqual({ kind: "absent", leftover: false })
  })

  test("reads the maximum of places in one exchange", async () => {
    const top = join(host(1).home, "places")
    mkdirSync(top)
    const names = Array.from({ length: 450 }, (_, at) => `x${at}`)
    for (const name of names) writeFileSync(join(top, name), `held ${name}`)
    const looks = await Promise.all(names.map((name) => there().readSnapshot(`/root/places/${name}`)))
    expect(looks.map((look) => (look.kind === "file" ? Buffer.from(look.bytes).toString() : look.kind))).toEqual(
      names.map((name) => `held ${name}`),
    )
  })
})

function read(path: string): string {
  try {
    return readFileSync(path, "utf8")
  } catch {
    return ""
  }
}

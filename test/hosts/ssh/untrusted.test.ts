import {
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { hostOf } from "../../../hosts/index.ts"
import { withFarm } from "../../support/hosts/on-each-host.ts"
import { noSshHosts } from "../../support/hosts/ssh-farm.ts"

const neighbour = 54_321
const bytes = Buffer.from("new")

describe.each([
  ["bash", { sh: "/bin/bash" }],
  ["zsh", { sh: "/usr/bin/zsh" }],
  ["busybox without /proc", { busybox: true, proc: false }],
])("another user's folder, where sh is %s", (_name, machine) => {
  const host = withFarm(1, machine)

  test("can be written to, and its links are not followed", async () => {
    const reached = hostOf(`ssh://${host(1).name}`)
    const there = (path: string) => path.replace(host(1).home, host(1).homeThere)
    const data = mkdtempSync(join(host(1).home, "data-"))
    writeFileSync(join(host(1).home, "secret"), "root's own")
    symlinkSync(there(join(host(1).home, "secret")), join(data, "y"))
    lchownSync(join(data, "y"), neighbour, neighbour)
    chownSync(data, neighbour, neighbour)
    mkdirSync(join(data, ".x.gatekey-0123456789ab"), { mode: 0o700 })
    writeFileSync(join(data, ".x.gatekey-0123456789ab/0123456789ab-new"), "half")
    const [x, y] = [join(data, "x"), join(data, "y")]
    for (const text of ["one", "", "two\n"]) {
      await reached.edit(there(x), () => ({ bytes: Buffer.from(text) }))
      expect(readFileSync(x, "utf8")).toBe(text)
      expect(await reached.readSnapshot(there(x))).toMatchObject({
        kind: "file",
        bytes: Buffer.from(text),
        mode: 0o600,
      })
    }
    await expect(reached.edit(there(y), () => ({ bytes }))).rejects.toThrow("is a symbolic link of user")
    expect(readFileSync(join(host(1).home, "secret"), "utf8")).toBe("root's own")
    expect(readdirSync(data)).toEqual(["x", "y"])
    await reached.edit(there(x), () => ({ remove: true }))
    expect(readdirSync(data)).toEqual(["y"])
  })
})

describe.each([
  ["link", "`link`"],
  ["rmdir", "`rmdir`"],
])("a host that has no %s", (missing, named) => {
  const host = withFarm(1, { sshd: ["SetEnv PATH=/root/bin"] })
  const tools = "cat chmod chown cksum date dd id ln ls mkdir mv readlink rm sed sleep sync tr uname link rmdir".split(
    " ",
  )
  beforeAll(() => {
    if (noSshHosts !== undefined) return
    mkdirSync(join(host(1).home, "bin"))
    for (const each of tools.filter((tool) => tool !== missing)) {
      symlinkSync(`/usr/bin/${each}`, join(host(1).home, "bin", each))
    }
  })

  test("is written only in root's own folders, and reports the missing tool", async () => {
    const reached = hostOf(`ssh://${host(1).name}`)
    mkdirSync(join(host(1).home, "data"))
    chownSync(join(host(1).home, "data"), neighbour, neighbour)
    await reached.edit("/root/x", () => ({ bytes }))
    const reason = `other users can change its folder, and the host has no ${named}`
    await expect(reached.edit("/root/data/x", () => ({ bytes }))).rejects.toThrow(reason)
    expect(readdirSync(join(host(1).home, "data"))).toEqual([])
  })
})

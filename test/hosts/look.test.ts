import { execFileSync } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { hostOf } from "../../hosts/index.ts"
import { local } from "../../hosts/local.ts"
import { noRoot } from "../support/hosts/machine.ts"
import { onEachHost } from "../support/hosts/on-each-host.ts"

const bytes = (text: string) => Uint8Array.from(Buffer.from(text))

/** Creates an unexpected file at a path; `there` is the path for a link. */
const strange: Readonly<Record<string, [make: (path: string, there: string) => unknown, reason: string]>> = {
  "a directory": [(path) => mkdirSync(path), "is a directory"],
  "a pipe": [(path) => execFileSync("/usr/bin/mkfifo", [path]), "is not a regular file"],
  "a device": [(path) => symlinkSync("/dev/null", path), "is not a regular file"],
  "a socket": [listening, "is not a regular file"],
  "a loop of links": [(path, there) => symlinkSync(there, path), "its symbolic links form a loop"],
  "100 MB": [large, "has 100 MB; more than 8 MB is no configuration"],
}

async function listening(path: string): Promise<void> {
  const server = createServer().listen(path)
  onTestFinished(() => void server.close())
  await once(server, "listening")
}

function large(path: string): void {
  writeFileSync(path, "")
  truncateSync(path, 100 * 1024 * 1024)
}

onEachHost((reached) => {
  const { folder, there } = reached
  const look = (path: string) => reached.host.readSnapshot(there(path))

  describe("a snapshot", () => {
    test("has a file's bytes and mode", async () => {
      const file = join(folder(), "x")
      writeFileSync(file, "a\r\nb\0\xff\n\n")
      chmodSync(file, 0o640)
      const seen = await look(file)
      expect(seen).toMatchObject({ kind: "file", mode: 0o640, leftover: false })
      expect(seen.kind === "file" && Uint8Array.from(seen.bytes)).toEqual(bytes("a\r\nb\0\xff\n\n"))
    })

    test.each(["x", "no/such/folder/x"])("reports that %s is absent", async (name) => {
      expect(await look(join(folder(), name))).toEqual({ kind: "absent", leftover: false })
    })

    test("follows links, also to an absent file", async () => {
      const top = folder()
      writeFileSync(join(top, "real"), "held")
      symlinkSync("real", join(top, "one"))
      symlinkSync(there(join(top, "one")), join(top, "two"))
      symlinkSync("nowhere", join(top, "dangling"))
      expect(await look(join(top, "two"))).toMatchObject({ kind: "file" })
      expect(await look(join(top, "dangling"))).toEqual({ kind: "absent", leftover: false })
    })

    test("starts at the home for ~/", async () => {
      const home = reached.home()
      writeFileSync(join(home, "x"), "held")
      expect(await reached.host.readSnapshot("~/x")).toMatchObject({ kind: "file" })
      const { resolveCanonical: canonical } = reached.host
      expect(await canonical("~/x")).toBe(await canonical(there(join(home, "x"))))
    })

    test("reports a copy that a killed run left", async () => {
      const top = folder()
      writeFileSync(join(top, ".x.gatekey-0123456789ab"), "half")
      expect(await look(join(top, "x"))).toEqual({ kind: "absent", leftover: true })
      writeFileSync(join(top, "x"), "held")
      expect(await look(join(top, "x"))).toMatchObject({ kind: "file", leftover: true })
      expect(await look(join(top, "y"))).toMatchObject({ leftover: false })
    })

    test.each([".x.gatekey-0123456789", ".x.gatekey-0123456789abc", ".x.gatekey-not-a-copy", "x.gatekey-0123456789ab"])(
      "does not take %s for such a copy",
      async (name) => {
        const top = folder()
        writeFileSync(join(top, name), "another's")
        expect(await look(join(top, "x"))).toEqual({ kind: "absent", leftover: false })
      },
    )
  })

  describe("in place of a file", () => {
    test.each(Object.keys(strange))("%s is reported, and never overwritten", async (what) => {
      const [make, reason] = strange[what] ?? []
      const path = join(folder(), "x")
      await make?.(path, there(path))
      const seen = await look(path)
      expect(seen).toMatchObject({ kind: "unreadable" })
      expect(seen.kind === "unreadable" && seen.reason).toContain(reason)
      const refused = `${reached.told(there(path))}: ${reason}`
      await expect(reached.host.edit(there(path), () => ({ bytes: bytes("new") }))).rejects.toThrow(refused)
      expect(await reached.host.findObstacle(there(path))).toBe(refused)
      expect(await look(path)).toEqual(seen)
    })

    test("a file where a folder should be is reported", async () => {
      const top = folder()
      writeFileSync(join(top, "file"), "")
      const reason = "a part of its path is a file, not a directory"
      const path = join(top, "file/x")
      expect(await look(path)).toMatchObject({ kind: "unreadable", reason: expect.stringContaining(reason) })
      await expect(reached.host.edit(there(path), () => ({ bytes: bytes("") }))).rejects.toThrow(reason)
      expect(await reached.host.findObstacle(there(path))).toContain(reason)
    })

    test("a file may have 8 MB", async () => {
      const path = join(folder(), "x")
      writeFileSync(path, "")
      truncateSync(path, 8 * 1024 * 1024)
      expect(await look(path)).toMatchObject({ kind: "file" })
    })
  })

  describe("another user's", () => {
    test("unreadable file is reported with its mode", async ({ skip }) => {
      skip(noRoot !== undefined, noRoot)
      const top = folder()
      chmodSync(top, 0o755)
      const path = join(top, "x")
      writeFileSync(path, "held")
      chmodSync(path, 0)
      expect(JSON.parse(await reached.asNobody("look", there(path)))).toEqual({
        kind: "unreadable",
        reason: "permission denied (mode 0000)",
      })
    })

    test("closed folder is reported too", async ({ skip }) => {
      skip(noRoot !== undefined, noRoot)
      const path = join(folder(), "x")
      writeFileSync(path, "held")
      const seen = JSON.parse(await reached.asNobody("look", there(path)))
      expect(seen).toEqual({ kind: "unreadable", reason: "permission denied" })
    })
  })

  test("a file has one canonical path for all its names", async () => {
    const top = folder()
    mkdirSync(join(top, "real"))
    symlinkSync("real", join(top, "linked"))
    symlinkSync("real/x", join(top, "y"))
    const names = ["real/x", "linked/x", "y", "real/./x"].map((name) => `${there(top)}/${name}`)
    const before = await Promise.all(names.map(reached.host.resolveCanonical))
    writeFileSync(join(top, "real/x"), "")
    const after = await Promise.all(names.map(reached.host.resolveCanonical))
    expect(new Set([...before, ...after]).size).toBe(1)
  })
})

test("opens one host for all spellings of its name", () => {
  expect(hostOf("local")).toBe(local)
  expect(hostOf("ssh://me@mac")).toBe(hostOf("ssh://me@MAC:22"))
  expect(hostOf("ssh://me@mac")).not.toBe(hostOf("ssh://mac"))
  expect(() => hostOf("elsewhere")).toThrow("a text of 9 characters is not a host")
})

import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { dirname, join } from "node:path"
import fc from "fast-check"
import { describe, expect, onTestFinished, test } from "vitest"
import type { Edit, FileSnapshot } from "../../hosts/host.ts"
import { local } from "../../hosts/local.ts"
import * as machine from "../support/hosts/machine.ts"
import { noRoot } from "../support/hosts/machine.ts"
import { onEachHost } from "../support/hosts/on-each-host.ts"

const write = (text: string, mode?: number): Edit => ({
  bytes: Buffer.from(text),
  ...(mode === undefined ? {} : { mode }),
})
const textOf = (look: FileSnapshot) => (look.kind === "file" ? Buffer.from(look.bytes).toString() : "")
const modeOf = (path: string) => (lstatSync(path).mode & 0o7777).toString(8)

onEachHost((reached) => {
  const { folder, there } = reached
  const edit = (path: string, decide: (look: FileSnapshot) => Edit | undefined) =>
    reached.host.edit(there(path), decide)

  describe("an edit", () => {
    test.each([0o600, 0o644, 0o640, 0o400, 0o755, 0o1644])("keeps the mode %o", async (mode) => {
      const path = join(folder(), "x")
      writeFileSync(path, "old")
      chmodSync(path, mode)
      await edit(path, () => write("new"))
      expect(readFileSync(path, "utf8")).toBe("new")
      expect(modeOf(path)).toBe(mode.toString(8))
    })

    test("sets the requested mode", async () => {
      const path = join(folder(), "x")
      writeFileSync(path, "old")
      chmodSync(path, 0o644)
      await edit(path, () => write("old", 0o600))
      expect(modeOf(path)).toBe("600")
    })

    test("makes new files 0600 and new folders 0700, whatever the umask", async () => {
      const mask = process.umask(0)
      onTestFinished(() => void process.umask(mask))
      const path = join(folder(), "a/b/x")
      await edit(path, () => write("new"))
      expect([path, dirname(path), dirname(dirname(path))].map(modeOf)).toEqual(["600", "700", "700"])
    })

    test("keeps the owner and the group, when root edits", async ({ skip }) => {
      skip(noRoot !== undefined, noRoot)
      const path = join(folder(), "x")
      writeFileSync(path, "old")
      chownSync(path, 1234, 4321)
      chmodSync(path, 0o640)
      await edit(path, () => write("new"))
      expect(statSync(path)).toMatchObject({ uid: 1234, gid: 4321 })
      expect(modeOf(path)).toBe("640")
    })

    test("gives a new file of root's the owner of its folder", async ({ skip }) => {
      skip(noRoot !== undefined, noRoot)
      const path = join(folder(), "x")
      chownSync(dirname(path), 1234, 4321)
      await edit(path, () => write("new"))
      expect(statSync(path)).toMatchObject({ uid: 1234, gid: 4321 })
      expect(modeOf(path)).toBe("600")
    })

    test("writes any bytes as they are", async () => {
      const path = join(folder(), "x")
      await fc.assert(
        fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
          await edit(path, () => ({ bytes }))
          expect(Uint8Array.from(readFileSync(path))).toEqual(bytes)
        }),
        { numRuns: reached.remote ? 15 : 100 },
      )
      const mixed = "\ufeffa\r\nb\rc\0\n\n"
      await edit(path, () => write(mixed))
      expect(readFileSync(path, "utf8")).toBe(mixed)
    })

    test("writes a file of the maximum size", async () => {
      const path = join(folder(), "x")
      const bytes = Buffer.alloc(8 * 1024 * 1024, "all of it\n")
      await edit(path, () => ({ bytes }))
      expect(readFileSync(path).equals(bytes)).toBe(true)
      await edit(path, (look) => (look.kind === "file" ? { bytes: look.bytes.subarray(1) } : undefined))
      expect(readFileSync(path).equals(bytes.subarray(1))).toBe(true)
    })

    test("without a change touches nothing, not even for a moment", async () => {
      const top = folder()
      writeFileSync(join(top, "x"), "old")
      const changed = () => [join(top, "x"), top].map((path) => statSync(path, { bigint: true }).ctimeNs)
      const before = changed()
      await edit(join(top, "x"), () => undefined)
      await edit(join(top, "a/b/y"), () => undefined)
      expect(changed()).toEqual(before)
      expect(readdirSync(top)).toEqual(["x"])
    })

    test("a folder of gatekey's own goes with its last file, and no other folder does", async () => {
      const top = folder()
      const files = ["gatekey/a", "gatekey/b", "mine/c"].map((name) => join(top, name))
      for (const file of files) await edit(file, () => ({ bytes: Buffer.from("x") }))
      const [a = "", b = "", c = ""] = files
      for (const file of [a, c]) await edit(file, () => ({ remove: true }))
      expect([existsSync(b), existsSync(join(top, "mine"))]).toEqual([true, true])
      await edit(b, () => ({ remove: true }))
      expect(readdirSync(top)).toEqual(["mine"])
      await edit(b, () => ({ bytes: Buffer.from("again") }))
      expect(readFileSync(b, "utf8")).toBe("again")
    })

    test("removes a file, and again does nothing", async () => {
      const top = folder()
      writeFileSync(join(top, "x"), "old")
      await edit(join(top, "x"), () => ({ remove: true }))
      await edit(join(top, "x"), (look) => (look.kind === "file" ? { remove: true } : undefined))
      expect(readdirSync(top)).toEqual([])
    })

    test("removes copies that a killed run left, even without a change", async () => {
      const top = folder()
      writeFileSync(join(top, "x"), "held")
      writeFileSync(join(top, ".x.gatekey-0123456789ab"), "half")
      writeFileSync(join(top, ".x.gatekey-another"), "not ours")
      await edit(join(top, "x"), () => undefined)
      expect(readdirSync(top).sort()).toEqual([".x.gatekey-another", "x"])
    })

    test("of a file beside others leaves nothing else", async () => {
      const top = folder()
      for (const text of ["one", "two", "three"]) await edit(join(top, "x"), () => write(text))
      expect(readdirSync(top)).toEqual(["x"])
    })

    test("starts at the home for ~/", async () => {
      const home = reached.home()
      await reached.host.edit("~/.a/x", () => write("new"))
      expect(readFileSync(join(home, ".a/x"), "utf8")).toBe("new")
    })
  })

  describe("a linked file", () => {
    test("keeps its link: to another folder, over a chain", async () => {
      const top = folder()
      mkdirSync(join(top, "dotfiles"))
      writeFileSync(join(top, "dotfiles/x"), "old")
      symlinkSync("dotfiles/x", join(top, "one"))
      symlinkSync(there(join(top, "one")), join(top, "two"))
      await edit(join(top, "two"), () => write("new"))
      expect(readFileSync(join(top, "dotfiles/x"), "utf8")).toBe("new")
      expect(readlinkSync(join(top, "one"))).toBe("dotfiles/x")
      expect(readlinkSync(join(top, "two"))).toBe(there(join(top, "one")))
      expect(readdirSync(join(top, "dotfiles"))).toEqual(["x"])
    })

    test("that does not exist yet is created where the link points", async () => {
      const top = folder()
      symlinkSync("not/yet/x", join(top, "one"))
      await edit(join(top, "one"), () => write("new"))
      expect(readFileSync(join(top, "not/yet/x"), "utf8")).toBe("new")
      expect(lstatSync(join(top, "one")).isSymbolicLink()).toBe(true)
    })

    test("that does not exist yet is created where the system would create it, if its folder is a link too", async () => {
      const top = folder()
      mkdirSync(join(top, "far/away"), { recursive: true })
      symlinkSync("far/away", join(top, "near"))
      symlinkSync("../x", join(top, "far/away/one"))
      await edit(join(top, "near/one"), () => write("new"))
      expect(existsSync(join(top, "x"))).toBe(false)
      expect(readFileSync(join(top, "far/x"), "utf8")).toBe("new")
    })

    test("in a linked folder that does not exist yet is created where that link points", async () => {
      const top = folder()
      symlinkSync("not/yet", join(top, "linked"))
      await edit(join(top, "linked/x"), () => write("new"))
      expect(readFileSync(join(top, "not/yet/x"), "utf8")).toBe("new")
      expect(readlinkSync(join(top, "linked"))).toBe("not/yet")
    })

    test("is removed where it points, and the link stays", async () => {
      const top = folder()
      writeFileSync(join(top, "x"), "old")
      symlinkSync("x", join(top, "one"))
      await edit(join(top, "one"), () => ({ remove: true }))
      expect(readdirSync(top)).toEqual(["one"])
    })
  })

  test("a snapshot has the content of the last edit", async () => {
    const path = join(folder(), "x")
    await edit(path, (look) => write(`${textOf(look)}one `))
    await edit(path, (look) => write(`${textOf(look)}two`))
    expect(textOf(await reached.host.readSnapshot(there(path)))).toBe("one two")
  })
})

test("an edit that the caller refuses fails with the path, and changes nothing", async () => {
  const path = join(machine.folder(), "x")
  writeFileSync(path, "old")
  const refuse = () => {
    throw Object.assign(new Error("x"), { code: "EIO" })
  }
  await expect(local.edit(path, refuse)).rejects.toThrow(`${path}: the disk answers with an input/output error`)
  expect(readdirSync(dirname(path))).toEqual(["x"])
})

import { execFileSync } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { maxBatchBytes } from "../../hosts/file.ts"
import { onEachHost } from "../support/hosts/on-each-host.ts"

const write = () => ({ bytes: Buffer.from("new") })

/** Files that another user may put in place of gatekey's lock. */
const laid: Readonly<Record<string, (path: string) => unknown>> = {
  "a pipe": (path) => execFileSync("/usr/bin/mkfifo", [path]),
  "a folder": (path) => mkdirSync(path),
  "a link to a pipe": (path) => {
    execFileSync("/usr/bin/mkfifo", [`${path}-pipe`])
    symlinkSync(`${path.split("/").at(-1)}-pipe`, path)
  },
  "a link into /proc": (path) => symlinkSync("/proc/kmsg", path),
  "a link to /dev/zero": (path) => symlinkSync("/dev/zero", path),
  "a link to nothing": (path) => symlinkSync("nowhere", path),
}

onEachHost((reached) => {
  const { folder, there } = reached

  describe.each(Object.keys(laid))("%s in place of a file's lock", (what) => {
    test.each(["lock", "lock-break"])("as its %s does not prevent reading, and is reported by name", async (end) => {
      const top = folder()
      writeFileSync(join(top, "x"), "held")
      const lock = join(top, `.x.gatekey-${end}`)
      laid[what]?.(lock)
      const path = there(join(top, "x"))
      expect(await reached.host.readSnapshot(path)).toMatchObject({ kind: "file", bytes: Buffer.from("held") })
      const reason = `${there(lock)} is in the way of its lock, and is not a regular file; remove it: rm -r ${there(lock)}`
      expect(await reached.host.findObstacle(path)).toBe(`${reached.told(path)}: ${reason}`)
      await expect(reached.host.edit(path, write)).rejects.toThrow(`${reached.told(path)}: ${reason}`)
      expect(readFileSync(join(top, "x"), "utf8")).toBe("held")
      // The others are looked at and written.
      await reached.host.edit(there(join(top, "y")), write)
      expect(readFileSync(join(top, "y"), "utf8")).toBe("new")
      rmSync(lock, { recursive: true })
      await reached.host.edit(path, write)
      expect(readFileSync(join(top, "x"), "utf8")).toBe("new")
    })
  })

  test.each([
    ["has no end", (path: string) => truncateSync(path, 100 * 1024 ** 3)],
    ["names a file for its owner", (path: string) => writeFileSync(path, "here~../tmp/x~1")],
    ["is not text", (path: string) => writeFileSync(path, "~~~\0\u001b[2J")],
  ])("takes over a lock that %s", async (_what, lay) => {
    const top = folder()
    const lock = join(top, ".x.gatekey-lock")
    writeFileSync(lock, "")
    lay(lock)
    if (!_what.startsWith("names")) {
      await reached.host.edit(there(join(top, "x")), write)
      expect(readdirSync(top)).toEqual(["x"])
    } else expect(await reached.host.readSnapshot(there(join(top, "x")))).toMatchObject({ kind: "absent" })
  })

  test("refuses a folder that leads into /proc", async () => {
    const top = folder()
    symlinkSync("/proc/self", join(top, "linked"))
    for (const name of ["linked/x", "linked/a/b/x", "linked/environ", "linked/fd/0", "linked/pagemap"]) {
      const path = there(join(top, name))
      const reason = "is in /proc, which has no files of yours"
      expect(await reached.host.readSnapshot(path), name).toEqual({ kind: "unreadable", reason })
      expect(await reached.host.findObstacle(path)).toBe(`${reached.told(path)}: ${reason}`)
      await expect(reached.host.edit(path, write)).rejects.toThrow(reason)
    }
    await reached.host.edit(there(join(top, "y")), write)
    expect(readFileSync(join(top, "y"), "utf8")).toBe("new")
  })

  test("reads more files than one answer may contain in several", async () => {
    const top = folder()
    const size = 7 * 1024 * 1024
    const names = Array.from({ length: Math.ceil(maxBatchBytes / size) + 2 }, (_, at) => `x${at}`)
    for (const name of names) {
      writeFileSync(join(top, name), name)
      truncateSync(join(top, name), size)
    }
    const looks = await Promise.all(names.map((name) => reached.host.readSnapshot(there(join(top, name)))))
    for (const [at, look] of looks.entries()) {
      if (look.kind !== "file") throw new Error(`${names[at]} is ${look.kind}`)
      expect(look.bytes.length).toBe(size)
      expect(Buffer.from(look.bytes.subarray(0, 4)).toString()).toBe(`${names[at]}\0\0`.slice(0, 4))
    }
  })
})

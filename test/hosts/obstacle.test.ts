import { chmodSync, linkSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import type { Edit } from "../../hosts/host.ts"
import { noMount, noRoot } from "../support/hosts/machine.ts"
import { onEachHost } from "../support/hosts/on-each-host.ts"

const write = (text: string): Edit => ({ bytes: Buffer.from(text) })
const hardLinks = "has 2 hard links, which writing would separate; remove the others first"

onEachHost((reached) => {
  const { folder, there, told } = reached
  const edit = (path: string, text: string) => reached.host.edit(there(path), () => write(text))
  const obstacle = (path: string) => reached.host.findObstacle(there(path))
  const see = reached.remote ? "see there" : "see"

  test("refuses a file with several hard links, and does not change it", async () => {
    const top = folder()
    writeFileSync(join(top, "x"), "old")
    linkSync(join(top, "x"), join(top, "y"))
    await expect(edit(join(top, "x"), "new")).rejects.toThrow(`${told(there(join(top, "x")))}: ${hardLinks}`)
    expect(readFileSync(join(top, "y"), "utf8")).toBe("old")
    expect(readdirSync(top).sort()).toEqual(["x", "y"])
    expect(String(await obstacle(join(top, "x")))).toContain(hardLinks)
  })

  describe("a file that cannot be written", () => {
    test("on a full disk stays complete, without leftovers", async ({ skip }) => {
      skip(noMount !== undefined, noMount)
      const top = reached.smallDisk(64)
      const path = join(top, "x")
      writeFileSync(path, "old")
      fill(top, 3)
      await expect(edit(path, "n".repeat(40_000))).rejects.toThrow(
        `${told(there(path))}: the disk is full; ${see}: df -h ${there(top)}. Nothing was changed`,
      )
      expect(readFileSync(path, "utf8")).toBe("old")
      expect(readdirSync(top).sort()).toEqual(["junk", "x"])
    })

    test("on a disk without any space leaves no lock", async ({ skip }) => {
      skip(noMount !== undefined, noMount)
      const top = reached.smallDisk(64)
      const path = join(top, "x")
      writeFileSync(path, "old")
      fill(top, 0)
      await expect(edit(path, "new")).rejects.toThrow("the disk is full")
      expect(readdirSync(top).sort()).toEqual(["junk", "x"])
    })

    test("in a read-only folder is reported before and after, with a command that shows why", async ({ skip }) => {
      skip(noRoot !== undefined, noRoot)
      const top = folder()
      chmodSync(top, 0o755)
      const path = join(top, "x")
      writeFileSync(path, "old")
      const message = `permission denied; ${see}: ls -ld ${there(top)} ${there(path)}`
      expect(await reached.asNobody("append", there(path))).toContain(message)
      expect(await reached.asNobody("obstacle", there(path))).toContain(message)
      expect(await reached.asNobody("obstacle", there(join(top, "new/x")))).toContain("permission denied")
      expect(readdirSync(top)).toEqual(["x"])
    })

    test("without changing its owner is refused, and reported before", async ({ skip }) => {
      skip(noRoot !== undefined, noRoot)
      const top = folder()
      chmodSync(top, 0o777)
      const path = join(top, "x")
      writeFileSync(path, "old")
      chmodSync(path, 0o644)
      const message = "belongs to another user or group, which writing would change; run as the owner"
      expect(await reached.asNobody("append", there(path))).toContain(message)
      expect(await reached.asNobody("obstacle", there(path))).toContain(message)
      expect(readFileSync(path, "utf8")).toBe("old")
      expect(readdirSync(top)).toEqual(["x"])
    })

    test("is named without control characters, and quoted for a shell", async ({ skip }) => {
      skip(noRoot !== undefined, noRoot)
      const top = folder()
      chmodSync(top, 0o755)
      const told = await reached.asNobody("append", there(join(top, "it's\u001b[2J; $(id)/x")))
      expect(told).not.toContain("\u001b")
      expect(told).toContain("permission denied")
      expect(told).not.toContain(" 'it's")
      expect(told.split(`; ${see}: `)[1]).not.toMatch(/'[^']*it's/)
    })

    test("has an obstacle only if it cannot be written", async () => {
      const top = folder()
      writeFileSync(join(top, "x"), "")
      expect(await obstacle(join(top, "x"))).toBeUndefined()
      expect(await obstacle(join(top, "a/b/c/x"))).toBeUndefined()
      expect(readdirSync(top)).toEqual(["x"])
    })
  })
})

/** Fills a disk but for some pages of 4 kB. */
function fill(top: string, pages: number): void {
  const page = Buffer.alloc(4096)
  let size = 0
  try {
    for (; ; size++) writeFileSync(join(top, "junk"), page, { flag: "a" })
  } catch {
    writeFileSync(join(top, "junk"), Buffer.alloc(4096 * (size - pages)))
  }
}

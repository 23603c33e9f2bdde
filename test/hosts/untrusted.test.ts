import { execFileSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { beforeEach, describe, expect, test } from "vitest"
import { noRoot } from "../support/hosts/machine.ts"
import { onEachHost } from "../support/hosts/on-each-host.ts"

const neighbour = 54_321
const bytes = Buffer.from("new")

/** Folders that other users can change, by their fault. */
const foreign: Readonly<Record<string, (path: string) => void>> = {
  "of another user": (path) => chownSync(path, neighbour, neighbour),
  "that everybody can write to": (path) => chmodSync(path, 0o777),
  "that a group can write to": (path) => {
    chownSync(path, 0, neighbour)
    chmodSync(path, 0o775)
  },
  // Of version 2: the owner, user 54321, the group, the mask, others.
  "that an access list opens": (path) => {
    const entries = [
      [1, 7],
      [2, 7, neighbour],
      [4, 0],
      [16, 7],
      [32, 5],
    ].map(([tag, rights, id = 0xffffffff]) => [tag, rights, id])
    const set =
      "import os, struct, sys, json; e = json.loads(sys.argv[2]); os.setxattr(sys.argv[1], 'system.posix_acl_access', "
    execFileSync("python3", [
      "-c",
      `${set}struct.pack('<I', 2) + b''.join(struct.pack('<HHI', *x) for x in e))`,
      path,
      JSON.stringify(entries),
    ])
  },
  "that is sticky": (path) => chmodSync(path, 0o1777),
}

onEachHost((reached) => {
  const { there } = reached
  const look = (path: string) => reached.host.readSnapshot(there(path))
  const edit = (path: string) => reached.host.edit(there(path), () => ({ bytes }))
  const refused = "is a symbolic link of user"

  /** Creates a folder that others may enter, with one in it, and a secret of root's. */
  function laid(): { top: string; data: string; secret: string } {
    const top = reached.folder()
    chmodSync(top, 0o755)
    const data = join(top, "data")
    mkdirSync(data, { mode: 0o755 })
    chmodSync(data, 0o755)
    mkdirSync(join(top, "root"), { mode: 0o700 })
    const secret = join(top, "root/secret")
    writeFileSync(secret, "root's own", { mode: 0o600 })
    return { top, data, secret }
  }

  async function isRefused(path: string, reason: string): Promise<void> {
    const seen = await look(path)
    expect(seen).toMatchObject({ kind: "unreadable", reason: expect.stringContaining(reason) })
    expect(await reached.host.findObstacle(there(path))).toContain(reason)
    await expect(edit(path)).rejects.toThrow(reason)
  }

  beforeEach(({ skip }) => skip(noRoot !== undefined, noRoot))

  const kinds = Object.keys(foreign).filter((kind) => !reached.remote || /another|sticky/.test(kind))

  describe.each(kinds)("in a folder %s", (kind) => {
    const give = foreign[kind] ?? (() => {})

    test("a file is created, read, changed and removed, without leftovers", async () => {
      const { data } = laid()
      give(data)
      const path = join(data, "a b/x")
      expect(await look(path)).toMatchObject({ kind: "absent" })
      await edit(path)
      expect(await look(path)).toMatchObject({ kind: "file", mode: 0o600 })
      chmodSync(path, 0o640)
      await reached.host.edit(there(path), () => ({ bytes: Buffer.alloc(100_000, "more") }))
      expect(readFileSync(path).length).toBe(100_000)
      expect(statSync(path).mode & 0o777).toBe(0o640)
      expect(readdirSync(join(data, "a b"))).toEqual(["x"])
      await reached.host.edit(there(path), () => ({ remove: true }))
      expect(readdirSync(join(data, "a b"))).toEqual([])
    })

    test.each([
      ["to a file", (data: string, secret: string) => [join(data, "x"), secret, join(data, "x")]],
      [
        "to a folder",
        (data: string, secret: string) => [join(data, "way"), join(secret, ".."), join(data, "way/secret")],
      ],
      ["to nothing", (data: string, secret: string) => [join(data, "x"), `${secret}-new`, join(data, "x")]],
    ] as const)("another user's link %s is not followed", async (_to, links) => {
      const { top, data, secret } = laid()
      const [link = "", target = "", path = ""] = links(data, secret)
      symlinkSync(there(target), link)
      lchownSync(link, neighbour, neighbour)
      give(data)
      await isRefused(path, refused)
      expect(readFileSync(secret, "utf8")).toBe("root's own")
      expect(readdirSync(join(top, "root"))).toEqual(["secret"])
      expect(lstatSync(link).isSymbolicLink()).toBe(true)
    })

    test("root's link is followed only if no other user can have made it", async () => {
      const { data, secret } = laid()
      symlinkSync(there(secret), join(data, "x"))
      give(data)
      if (kind !== "that is sticky") await isRefused(join(data, "x"), refused)
      else {
        await edit(join(data, "x"))
        expect(readFileSync(secret, "utf8")).toBe("new")
      }
    })

    test("a file with several hard links is not read", async () => {
      const { data, secret } = laid()
      linkSync(secret, join(data, "x"))
      give(data)
      await isRefused(join(data, "x"), "has 2 hard links")
      expect(readFileSync(secret, "utf8")).toBe("root's own")
    })

    test("leftovers of killed runs are removed, and nothing else that looks like them", async () => {
      const { top, data } = laid()
      const left = (name: string) => join(data, `.x.gatekey-${name}`)
      writeFileSync(left("000000000000"), "half")
      mkdirSync(left("111111111111"), { mode: 0o700 })
      writeFileSync(join(left("111111111111"), "111111111111-new"), "half")
      mkdirSync(join(top, "other"), { mode: 0o700 })
      writeFileSync(join(top, "other/222222222222-new"), "root's own")
      symlinkSync(there(join(top, "other")), left("222222222222"))
      mkdirSync(left("333333333333"), { mode: 0o755 })
      writeFileSync(join(left("333333333333"), "333333333333-new"), "the neighbour's")
      give(data)
      expect(await look(join(data, "x"))).toMatchObject({ leftover: true })
      await edit(join(data, "x"))
      expect(readdirSync(data).sort()).toEqual([".x.gatekey-333333333333", "x"])
      expect(readdirSync(join(top, "other"))).toEqual(["222222222222-new"])
    })

    test("a lock that is a link is refused, and its target is not changed", async () => {
      const { data, secret } = laid()
      symlinkSync(there(secret), join(data, ".x.gatekey-lock"))
      give(data)
      await expect(edit(join(data, "x"))).rejects.toThrow(".x.gatekey-lock is in the way of its lock")
      expect(readdirSync(data)).toEqual([".x.gatekey-lock"])
      expect(readFileSync(secret, "utf8")).toBe("root's own")
    })
  })

  test.each([
    ["a pipe", (path: string, pipe: string) => execFileSync("mv", [pipe, path]), "is not a regular file"],
    ["a link to a pipe", (path: string, pipe: string) => symlinkSync(there(pipe), path), refused],
    ["a longer file", (path: string) => writeFileSync(path, "longer than it was"), undefined],
  ] as const)("does not block on a file that has become %s", async (_what, exchange, reason) => {
    const { data } = laid()
    const [path, pipe] = [join(data, "x"), join(data, "pipe")]
    writeFileSync(path, "old")
    execFileSync("/usr/bin/mkfifo", [pipe])
    for (const each of [path, pipe, data]) chownSync(each, neighbour, neighbour)
    let looks = 0
    const done = reached.host.edit(there(path), () => {
      if (looks++ === 0) {
        rmSync(path)
        exchange(path, pipe)
        lchownSync(path, neighbour, neighbour)
      }
      return { bytes }
    })
    if (reason === undefined) await done
    else await expect(done).rejects.toThrow(reason)
    expect(readdirSync(data).filter((name) => name.startsWith("."))).toEqual([])
  })

  test("another user's link in root's own folder is not followed", async () => {
    const { top, secret } = laid()
    symlinkSync(there(secret), join(top, "x"))
    lchownSync(join(top, "x"), neighbour, neighbour)
    await isRefused(join(top, "x"), refused)
  })

  test("a folder of root's below another user's is not trusted", async () => {
    const { data, secret } = laid()
    mkdirSync(join(data, "below"), { mode: 0o755 })
    symlinkSync(there(secret), join(data, "below/y"))
    chownSync(data, neighbour, neighbour)
    await edit(join(data, "below/x"))
    expect(statSync(join(data, "below/x"))).toMatchObject({ uid: 0 })
    await isRefused(join(data, "below/y"), refused)
  })

  test("a private folder below a sticky one is trusted", async () => {
    const { top, data } = laid()
    mkdirSync(join(data, "mine"), { mode: 0o700 })
    chmodSync(data, 0o1777)
    writeFileSync(join(top, "x"), "old")
    symlinkSync(there(join(top, "x")), join(data, "mine/x"))
    await edit(join(data, "mine/x"))
    expect(readFileSync(join(top, "x"), "utf8")).toBe("new")
  })

  test("a missing folder does not give access to another user's secret", async () => {
    const { top, data } = laid()
    symlinkSync(there(join(top, "root")), join(data, "way"))
    lchownSync(join(data, "way"), neighbour, neighbour)
    chownSync(data, neighbour, neighbour)
    await isRefused(join(data, "way/new/x"), refused)
    expect(existsSync(join(top, "root/new"))).toBe(false)
  })
})

import { execFileSync } from "node:child_process"
import { chmodSync, chownSync, lstatSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { parseEntry } from "../../../hosts/ssh/entry.ts"
import { folder, noRoot } from "../../support/hosts/machine.ts"
import { noSshHosts } from "../../support/hosts/ssh-farm.ts"

const file = { kind: "file", links: 1, uid: 0, gid: 0, size: 17 }

describe("the first six words of ls -din", () => {
  test.each([
    ["GNU", "392 -rw-r--r-- 1 0 0 17", { ...file, mode: 0o644 }],
    ["GNU with an ACL", "392 -rw-rw-r--+ 1 0 0 17", { ...file, mode: 0o664 }],
    ["GNU with SELinux", "392 -rw-------. 1 0 0 17", { ...file, mode: 0o600 }],
    ["macOS", "1152921500312 -rw------- 1 501 20 17", { ...file, uid: 501, gid: 20, mode: 0o600 }],
    ["macOS with attributes", "88 -rw-r--r--@ 2 501 20 17", { ...file, links: 2, uid: 501, gid: 20, mode: 0o644 }],
    ["busybox", "9978707 -rwx--x--x 1 0 0 17", { ...file, mode: 0o711 }],
    ["setuid", "1 -rwsr-xr-x 1 0 0 17", { ...file, mode: 0o4755 }],
    ["setuid, not executable", "1 -rwSr-xr-x 1 0 0 17", { ...file, mode: 0o4655 }],
    ["setgid", "1 -rw-r-Sr-- 1 0 0 17", { ...file, mode: 0o2644 }],
    ["sticky", "1 -rw-r--r-t 1 0 0 17", { ...file, mode: 0o1645 }],
    ["sticky, not executable", "1 -rw-r--r-T 1 0 0 17", { ...file, mode: 0o1644 }],
    ["a directory", "2 drwxrwxrwt 9 0 0 180", { ...file, kind: "directory", mode: 0o1777, links: 9, size: 180 }],
    ["a pipe", "5 prw-r--r-- 1 0 0 0", { ...file, kind: "other", mode: 0o644, size: 0 }],
    ["a socket", "5 srwxr-xr-x 1 0 0 0", { ...file, kind: "other", mode: 0o755, size: 0 }],
    ["a device of GNU, busybox", "3 crw-rw-rw- 1 0 0 1,", { ...file, kind: "other", mode: 0o666, size: 0 }],
    ["a device of macOS", "3 crw-rw-rw- 1 0 0 0x3000002", { ...file, kind: "other", mode: 0o666, size: 0 }],
  ])("%s", (_system, line, expected) => {
    expect(parseEntry(`${line}\n`)).toEqual({ text: line, ...expected })
  })

  test.each([
    "",
    "ls: cannot access '/x': No such file or directory",
    "ls: /x: Permission denied",
    "-rw-r--r-- 1 0 0 17",
    "392 -rw-r--r-- 1 root root 17",
    "392 -rw-r--r-- 1 0 0",
    "392 -rw-r--r-- 1 0 0 1,",
  ])("refuses %j", (line) => expect(parseEntry(line)).toBeUndefined())
})

describe("parses a real ls like the system's stat", () => {
  test.for(["ls", "busybox ls"])("%s", (ls, { skip }) => {
    skip(noRoot !== undefined, noRoot)
    skip(noSshHosts !== undefined, noSshHosts)
    const path = join(folder(), "a file\nof -rw-r--r-- 1 2 3 4")
    writeFileSync(path, "held")
    const [program = "", ...words] = ls.split(" ")
    for (let mode = 0; mode <= 0o7777; mode += 37) {
      chownSync(path, mode, 7 * mode)
      chmodSync(path, mode)
      const line = execFileSync(program, [...words, "-din", path], { env: { ...process.env, LC_ALL: "C" } }).toString()
      const { ino, uid, gid } = lstatSync(path)
      const text = line.trim().split(/\s+/).slice(0, 6).join(" ")
      expect(parseEntry(text)).toEqual({ text, kind: "file", mode, links: 1, uid, gid, size: 4 })
      expect(text.startsWith(`${ino} `)).toBe(true)
    }
  })
})

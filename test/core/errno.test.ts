import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { describeErrno, errorCode } from "../../core/errno.ts"

test.each([
  ["EACCES", "permission denied"],
  ["EPERM", "the system does not permit it"],
  ["EROFS", "the file system is read-only"],
  ["ENOSPC", "the disk is full"],
  ["EISDIR", "is a directory"],
  ["ELOOP", "its symbolic links form a loop"],
  ["ENOENT", "no such file or directory"],
])("describes %s", (code, words) => {
  expect(describeErrno(Object.assign(new Error("x"), { code }))).toBe(words)
})

test("recognises a real error of the system by its code", () => {
  const failed = (() => {
    try {
      return readFileSync("/")
    } catch (error) {
      return error
    }
  })()
  expect(errorCode(failed)).toBe("EISDIR")
  expect(describeErrno(failed)).toBe("is a directory")
})

test("describes an unknown code by itself, and other errors as unknown", () => {
  expect(describeErrno(Object.assign(new Error("x"), { code: "EXDEV" }))).toBe("EXDEV")
  expect(describeErrno(new Error("the content of a file"))).toBe("unknown error")
  expect(describeErrno(undefined)).toBe("unknown error")
  expect(errorCode(undefined)).toBeUndefined()
})

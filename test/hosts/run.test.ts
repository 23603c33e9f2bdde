import { describe, expect, test } from "vitest"
import { local } from "../../hosts/local.ts"

describe("a script", () => {
  test("gets arguments and input, and returns output, errors and code", async () => {
    const ran = await local.run('cat; printf "%s|" "$@" >&2; exit 3', {
      args: ["a b", "$(x)", "'\n\"", "-n"],
      input: Buffer.from("in\0put"),
    })
    expect({ ...ran, stdout: Buffer.from(ran.stdout).toString(), stderr: ran.stderr.raw() }).toEqual({
      code: 3,
      stdout: "in\0put",
      stderr: "a b|$(x)|'\n\"|-n|",
    })
  })

  test("may leave its input unread", async () => {
    expect((await local.run("true", { input: Buffer.alloc(1_000_000) })).code).toBe(0)
  })

  test("is killed with its children at the timeout", async () => {
    const ran = await local.run("echo begun; sleep 60; echo ended", { timeout: 300 })
    expect(ran.code).toBeNull()
    expect(Buffer.from(ran.stdout).toString()).toBe("begun\n")
  })
})

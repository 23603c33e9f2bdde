import { execFile } from "node:child_process"
import { join } from "node:path"
import { promisify } from "node:util"
import { describe, expect, test } from "vitest"
import { noStrace } from "../support/faults/strace.ts"
import { casesOf, errors, stepsOf } from "./cases.ts"
import { scenes } from "./scenes.ts"

const call = (name: string, number: number, text: string) => ({ name, number, text })

describe("the cases", () => {
  const calls = [
    call("openat", 3, 'AT_FDCWD, "/t/own/.x.gatekey-0123456789ab", O_WRONLY|O_CREAT|O_EXCL, 0600) = 5</t/own/.x>'),
    call("openat", 4, 'AT_FDCWD, "/t/own/x", O_RDONLY) = 5</t/own/x>'),
    call("openat", 5, 'AT_FDCWD</t/own>, "/dev/null", O_WRONLY|O_CREAT) = 5'),
    call("write", 9, '5</t/own/.x.gatekey-0123456789ab>, "A=b", 3) = 3'),
    call("write", 10, '7<socket:[5]>, "A=b", 3) = 3'),
    call("rename", 1, '"/t/own/.x.gatekey-0123456789ab", "/t/own/x") = 0'),
  ]

  test("are the calls that change a file of the scene", () => {
    expect(stepsOf(calls, "/t/own").map(({ call, number }) => `${call} ${number}`)).toEqual([
      "openat 3",
      "write 9",
      "rename 1",
    ])
  })

  test("are each step with one fault in turn, or with all of them", () => {
    const steps = stepsOf(calls, "/t/own")
    expect(casesOf(steps, false, 0).map(({ error }) => error)).toEqual(errors.slice(0, 3))
    expect(casesOf(steps, true, 0)).toHaveLength(3 * errors.length)
  })

  test("have scenes of each operation", () => {
    expect(new Set(scenes.map(({ operation }) => operation))).toEqual(new Set(["create", "update", "delete"]))
    expect(new Set(scenes.map(({ name, operation }) => `${name} ${operation}`)).size).toBe(scenes.length)
  })
})

test.skipIf(noStrace).each([
  ["Placement in file, update", 4],
  ["Placement in json5 by a host's sh, update", 3],
])("%s: after a fault no file is torn, and the next up leaves nothing behind", async (only, most) => {
  const words = ["--only", only, "--most", `${most}`]
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, "main.ts"), ...words])
  const found = JSON.parse(stdout.trim().split("\n").at(-1) ?? "")
  expect(found).toMatchObject({ scenes: 1, cases: most, failures: 0 })
  expect(found.steps).toBeGreaterThan(most)
  expect(found.missed).toBeLessThan(most)
})

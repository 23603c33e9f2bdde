import { execFile, execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join, resolve } from "node:path"
import { promisify } from "node:util"
import { describe, expect, onTestFinished, test } from "vitest"
import { fakeClock, noClock } from "../support/faults/clock.ts"
import { noStrace } from "../support/faults/strace.ts"
import { noSshHosts } from "../support/hosts/ssh-farm.ts"
import { casesOf, fileErrors, stepsOf } from "./cases.ts"
import { scenes, without } from "./scenes/index.ts"

const call = (name: string, number: number, text: string) => ({ pid: 1, name, number, text, failed: false })

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
    expect(stepsOf(calls, { folder: "/t/own" }).map(({ call, number }) => `${call} ${number}`)).toEqual([
      "openat 3",
      "write 9",
      "rename 1",
    ])
  })

  test("are each step with one fault in turn, or with all of them", () => {
    const steps = stepsOf(calls, { folder: "/t/own" })
    expect(casesOf(steps, false, 0).map(({ error }) => error)).toEqual(fileErrors.slice(0, 3))
    expect(casesOf(steps, true, 0)).toHaveLength(3 * fileErrors.length)
  })

  test("are also connecting to one who answers, and writing to it", () => {
    const network = [
      call("connect", 1, "20<TCP:[999]>, {sa_family=AF_INET, sin_port=htons(7001)}, 16) = 0"),
      call("write", 3, '20<TCP:[127.0.0.1:40000->127.0.0.1:7001]>, "GET", 3) = 3'),
      call("write", 4, '21<TCP:[127.0.0.1:7001->127.0.0.1:40000]>, "200", 3) = 3'),
    ]
    const steps = stepsOf(network, { folder: "/t/own", ports: [7001] })
    expect(steps.map(({ call, number, errors }) => [call, number, errors.includes("EIO")])).toEqual([
      ["connect", 1, false],
      ["write", 3, false],
    ])
  })

  test("are there for each resource type, or it is said why it has none", () => {
    const table = readFileSync(resolve(import.meta.dirname, "../../provider/table.ts"), "utf8")
    const types = [...table.matchAll(/"gatekey:index:(\w+)"/g)].map(([, type]) => type)
    expect(types.length).toBeGreaterThan(20)
    expect([...new Set(scenes.map(({ type }) => type)), ...Object.keys(without)].sort()).toEqual(types.sort())
  })

  test("have scenes of each operation", () => {
    expect(new Set(scenes.map(({ operation }) => operation))).toEqual(new Set(["create", "update", "delete"]))
    expect(new Set(scenes.map(({ name, operation }) => `${name} ${operation}`)).size).toBe(scenes.length)
  })
})

/** What a short run tries of each kind: files, a host's sh, another host, a vault, a gateway. */
const short = [
  ["Placement in file, update", 4],
  ["Placement in json5 by a host's sh, update", 2],
  ["Placement in file over ssh, faults there, update", 2],
  ["Placement in a vault, update", 2],
  ["Handshake, create", 2],
] as const

test.skipIf(noClock)("a clock of its own jumps", () => {
  const clock = fakeClock()
  onTestFinished(() => clock.remove())
  const now = () =>
    execFileSync(process.execPath, ["-p", "Date.now()"], { encoding: "utf8", env: { ...process.env, ...clock.env } })
  const before = Number(now())
  clock.jump("+400d")
  expect(Number(now()) - before).toBeGreaterThan(399 * 86_400_000)
})

test.skipIf(noStrace ?? noClock ?? noSshHosts).each(short)(
  "%s: after a fault no file is torn, and the next up leaves nothing behind",
  async (only, most) => {
    const words = ["--only", only, "--most", `${most}`]
    const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, "main.ts"), ...words])
    const found = JSON.parse(stdout.trim().split("\n").at(-1) ?? "")
    expect(found).toMatchObject({ scenes: 1, failures: 0 })
    expect(found.cases).toBeGreaterThanOrEqual(most)
    expect(found.missed).toBeLessThan(most)
  },
)

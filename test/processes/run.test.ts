import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import type { ProgramCall } from "../../processes/call.ts"
import { readProcessStart } from "../../processes/process-start.ts"
import { runProgram } from "../../processes/run.ts"
import { folder } from "../support/hosts/machine.ts"
import { until } from "../support/until.ts"

const sh = (script: string) => ["/bin/sh", "-c", script]
const limits = { timeout: 60_000, maxOutput: 1024 }

describe("the result of a program", () => {
  const zeroes = "head -c 5000 /dev/zero | tr '\\0' 0"
  test.each<[what: string, command: string[], call: Partial<ProgramCall>, code: number | null, failure?: string]>([
    ["ends", sh("exit 0"), {}, 0],
    ["fails", sh("exit 3"), {}, 3],
    ["gets input", sh('[ "$(cat)" = x ]'), { input: "x" }, 0],
    ["reads none of its input", sh("exit 0"), { input: "x".repeat(1_000_000) }, 0],
    ["has no input", sh('[ -z "$(cat)" ]'), {}, 0],
    ["has another environment", sh('[ "$GATEKEY_X" = y ]'), { environment: { ...process.env, GATEKEY_X: "y" } }, 0],
    ["has another folder", sh('[ "$(pwd)" = / ]'), { folder: "/" }, 0],
    ["is not installed", ["gatekey-no-such-program"], {}, null, "missing"],
    ["may not be executed", ["/etc/passwd"], {}, null, "start"],
    ["is ended by a signal", sh("kill -KILL $$"), {}, null, "signal"],
    ["hangs", sh("sleep 3600 & wait"), { timeout: 300 }, null, "time"],
    ["prints too much", sh(zeroes), {}, null, "much"],
    ["prints too many errors", sh(`{ ${zeroes}; } >&2`), {}, null, "much"],
    ["prints more errors than are kept", sh(`{ ${zeroes}; } >&2`), { maxErrorOutput: 100 }, 0],
  ])("%s", async (_, command, call, code, failure) => {
    const result = await runProgram(command, { ...limits, ...call })
    expect([result.code, result.failure?.kind]).toEqual([code, failure])
    expect(result.stdout.length).toBeLessThanOrEqual(limits.maxOutput)
    expect(result.stderr.raw().length).toBeLessThanOrEqual(call.maxErrorOutput ?? limits.maxOutput)
  })
})

/** A program that starts a child, which writes its process id into a file and sleeps. */
const withChild = (file: string, rest: string) => sh(`sleep 3600 & echo $! >${file}; ${rest}`)
const childIn = async (file: string) => {
  await until(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"))
  return Number(readFileSync(file, "utf8"))
}
const isAlive = async (pid: number) => (await readProcessStart(pid)) !== ""

describe("the children of a program", () => {
  test.each<[what: string, spares: boolean]>([
    ["end with it", false],
    ["outlive it if it spares them", true],
  ])("%s", async (_, spares) => {
    const file = join(await folder(), "child")
    const control = new AbortController()
    const running = runProgram(withChild(file, "wait"), {
      maxOutput: 1024,
      signal: control.signal,
      sparesChildren: () => spares,
    })
    const child = await childIn(file)
    control.abort()
    const { code, failure } = await running
    expect([code, failure?.kind]).toEqual([null, "stopped"])
    if (spares) {
      expect(await isAlive(child)).toBe(true)
      process.kill(child, "SIGKILL")
    }
    await until(async () => !(await isAlive(child)))
  })

  test("may keep the pipes open after its exit", async () => {
    const file = join(await folder(), "child")
    const { code, stdout } = await runProgram(withChild(file, "echo done"), { ...limits, patience: 50 })
    expect([code, stdout.toString()]).toEqual([0, "done\n"])
    process.kill(await childIn(file), "SIGKILL")
  })
})

test("a caller sees each piece of output, and a file gets the errors", async () => {
  const path = join(await folder(), "errors")
  writeFileSync(path, "")
  const errorFile = openSync(path, "r+")
  const pieces: Buffer[] = []
  const result = await runProgram(sh("echo one; echo two >&2"), {
    ...limits,
    errorFile,
    onOutput: (chunk) => pieces.push(chunk),
  })
  closeSync(errorFile)
  expect([Buffer.concat(pieces).toString(), result.stderr.raw(), readFileSync(path, "utf8")]).toEqual([
    "one\n",
    "",
    "two\n",
  ])
})

test("a program that has the terminal is in the process group of this process", async () => {
  const group = sh("ps -o pgid= -p $$")
  const of = async (terminal: boolean) =>
    (await runProgram(group, { ...limits, ...(terminal ? { terminal } : {}) })).stdout.toString().trim()
  const own = (await runProgram(["ps", "-o", "pgid=", "-p", String(process.pid)], limits)).stdout.toString().trim()
  expect(await of(true)).toBe(own)
  expect(await of(false)).not.toBe(own)
})

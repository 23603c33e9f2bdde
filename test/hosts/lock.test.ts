import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { copyFile } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, onTestFinished, test } from "vitest"
import { local } from "../../hosts/local.ts"
import { withLock } from "../../hosts/lock.ts"
import { readProcessStart } from "../../processes/process-start.ts"
import { editing, editor } from "../support/cli/editor.ts"
import { folder } from "../support/hosts/machine.ts"

const write = (path: string) => local.edit(path, () => ({ bytes: Buffer.from("new") }))

const lockOf = (path: string) => join(dirname(path), `.${basename(path)}.gatekey-lock`)

/** Creates the lock of a killed editor, and returns its process id. */
async function abandoned(): Promise<{ owner: string; pid: number }> {
  const path = join(folder(), "abandoned")
  const other = editing({ path, do: "hold", hold: 60_000 })
  await other.ready
  other.child.kill("SIGKILL")
  await other.end
  return { owner: readFileSync(lockOf(path), "utf8"), pid: other.child.pid ?? 0 }
}

describe("a lock", () => {
  // A lock of a living process ends the edit with an error, once it was waited for.
  test("of a killed process is taken over, and leaves nothing", async () => {
    const path = join(folder(), "x")
    writeFileSync(lockOf(path), (await abandoned()).owner)
    await write(path)
    expect(readdirSync(dirname(path))).toEqual(["x"])
  })

  test("of a process whose id has been reused is taken over", async () => {
    const path = join(folder(), "x")
    const { owner, pid } = await abandoned()
    writeFileSync(lockOf(path), owner.replace(String(pid), String(process.pid)))
    await write(path)
    expect(readdirSync(dirname(path))).toEqual(["x"])
  })

  test("of a living process is waited for", async () => {
    const path = join(folder(), "x")
    const other = editing({ path, do: "hold", hold: 3000 })
    await other.ready
    let done = false
    const edit = write(path).then(() => {
      done = true
    })
    await sleep(300)
    expect(done).toBe(false)
    expect(existsSync(path)).toBe(false)
    await edit
    expect(readFileSync(path, "utf8")).toBe("new")
    await other.end
  })

  test("of a zombie is taken over", async () => {
    const path = join(folder(), "x")
    const job = JSON.stringify({ path, do: "hold", hold: 60_000 })
    const parent = spawn("/bin/sh", ["-c", '"$@" & echo $! ; exec sleep 60', "sh", process.execPath, editor, job])
    onTestFinished(() => void parent.kill("SIGKILL"))
    let said = ""
    for await (const data of parent.stdout) {
      said += data
      if (said.includes("locked")) break
    }
    process.kill(Number.parseInt(said, 10), "SIGKILL")
    await write(path)
    expect(readdirSync(dirname(path))).toEqual(["x"])
  })

  test("without an owner is taken over", async () => {
    const path = join(folder(), "x")
    writeFileSync(lockOf(path), "")
    await write(path)
    expect(readdirSync(dirname(path))).toEqual(["x"])
  })

  test("that a killed process left is removed, even without a change", async () => {
    const path = join(folder(), "x")
    writeFileSync(path, "held")
    writeFileSync(lockOf(path), (await abandoned()).owner)
    await local.edit(path, () => undefined)
    expect(readdirSync(dirname(path))).toEqual(["x"])
  })

  test("of another machine is not taken over", async () => {
    const path = join(folder(), "x")
    writeFileSync(lockOf(path), `not-${(await abandoned()).owner}`)
    let done = false
    const edit = write(path).then(() => {
      done = true
    })
    await sleep(500)
    expect(done).toBe(false)
    expect(existsSync(lockOf(path))).toBe(true)
    rmSync(lockOf(path))
    await edit
  })

  test("is released after an error", async () => {
    const path = join(folder(), "x")
    const failing = withLock(path, async () => {
      throw new Error("no")
    })
    await expect(failing).rejects.toThrow("no")
    expect(readdirSync(dirname(path))).toEqual([])
  })

  test("has one owner at a time, also if many find a dead one at once", async () => {
    const top = folder()
    const { owner } = await abandoned()
    let most = 0
    let turns = 0
    const round = async (name: number) => {
      const path = join(top, `${name}`)
      writeFileSync(lockOf(path), owner)
      let inside = 0
      const one = () =>
        withLock(path, async () => {
          most = Math.max(most, ++inside)
          await sleep(1)
          inside--
          turns++
        })
      await Promise.all(Array.from({ length: 6 }, one))
    }
    await Promise.all(Array.from({ length: 40 }, (_, name) => round(name)))
    expect({ most, turns }).toEqual({ most: 1, turns: 240 })
    expect(readdirSync(top)).toEqual([])
  })
})

describe("the start of a process", () => {
  test("is constant while it lives, and empty afterwards", async () => {
    const child = spawn("sleep", ["60"])
    const pid = child.pid ?? 0
    const start = await readProcessStart(pid)
    expect(start).not.toBe("")
    expect(await readProcessStart(pid)).toBe(start)
    child.kill()
    await once(child, "exit")
    expect(await readProcessStart(pid)).toBe("")
  })

  test("is parsed with any program name", async ({ skip }) => {
    skip(process.platform !== "linux", "only Linux tells it beside the name")
    const program = join(folder(), "a) (b c")
    await copyFile("/bin/sleep", program)
    const child = spawn(program, ["60"])
    await once(child, "spawn")
    await sleep(50)
    expect(await readProcessStart(child.pid ?? 0)).toMatch(/^\d+$/)
    child.kill()
    await once(child, "exit")
  })
})

import { spawn } from "node:child_process"
import { once } from "node:events"
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { describe, expect, onTestFinished, test } from "vitest"
import { hostOf } from "../../../hosts/index.ts"
import { readProcessStart } from "../../../processes/process-start.ts"
import { nobody } from "../../support/hosts/machine.ts"
import { withFarm } from "../../support/hosts/on-each-host.ts"
import type { Machine } from "../../support/hosts/ssh-machine.ts"

const machines: Readonly<Record<string, Machine>> = {
  Debian: {},
  busybox: { busybox: true },
  "busybox without /proc": { busybox: true, proc: false },
}

describe.each(Object.entries(machines))("on %s", (_name, machine) => {
  const host = withFarm(1, machine)
  const lock = (top: string) => join(top, ".x.gatekey-lock")
  const there = (path: string) => path.replace(host(1).home, host(1).homeThere)
  const edit = (top: string, user = "root") =>
    hostOf(`ssh://${user}@${host(1).name}`).edit(there(join(top, "x")), () => ({ bytes: Buffer.from("new") }))

  function folder(): string {
    const path = mkdtempSync(join(host(1).home, "gatekey-"))
    onTestFinished(() => rmSync(path, { recursive: true, force: true }))
    return path
  }

  /** Formats the owner of a lock for a process of the host, whose processes are visible here. */
  async function owner(pid: number, start?: string): Promise<string> {
    const since = machine.proc === false ? "alive" : await readProcessStart(pid)
    return `${host(1).name.replace("-", "_")}~${pid}~${start ?? since}`
  }

  async function ended(): Promise<string> {
    const child = spawn("sleep", ["60"])
    const name = await owner(child.pid ?? 0)
    child.kill("SIGKILL")
    await once(child, "exit")
    return name
  }

  test("takes over a dead owner's lock at once, and removes its leftovers", async () => {
    const top = folder()
    const dead = await ended()
    writeFileSync(lock(top), dead)
    writeFileSync(`${lock(top)}-break`, dead)
    writeFileSync(`${lock(top)}-${dead}-0123456789ab`, dead)
    writeFileSync(`${lock(top)}-elsewhere~1~1-0123456789ab`, "another machine's")
    await edit(top)
    expect(readdirSync(top)).toEqual([".x.gatekey-lock-elsewhere~1~1-0123456789ab", "x"])
  })

  test("reports a dead owner's lock as a leftover, and removes it without a change", async () => {
    const top = folder()
    writeFileSync(join(top, "x"), "held")
    writeFileSync(lock(top), await ended())
    const reached = hostOf(`ssh://root@${host(1).name}`)
    expect(await reached.readSnapshot(there(join(top, "x")))).toMatchObject({ kind: "file", leftover: true })
    await reached.edit(there(join(top, "x")), () => undefined)
    expect(readdirSync(top)).toEqual(["x"])
  })

  if (machine.proc !== false) {
    test("takes over a lock whose owner's process id has been reused", async () => {
      const top = folder()
      writeFileSync(lock(top), await owner(process.pid, "12345"))
      await edit(top)
      expect(readdirSync(top)).toEqual(["x"])
    })
  }

  test("waits for a live owner's lock", async () => {
    const top = folder()
    writeFileSync(lock(top), await owner(process.pid))
    expect(await hostOf(`ssh://root@${host(1).name}`).readSnapshot(there(join(top, "x")))).toMatchObject({
      leftover: false,
    })
    let done = false
    const edited = edit(top).then(() => {
      done = true
    })
    await sleep(1000)
    expect(done).toBe(false)
    expect(existsSync(join(top, "x"))).toBe(false)
    rmSync(lock(top))
    await edited
    expect(readFileSync(join(top, "x"), "utf8")).toBe("new")
    expect(readdirSync(top)).toEqual(["x"])
  })

  // It takes its time, and no utility of the machine has a part in it.
  if (!machine.busybox) {
    test("reports a lock that is never released, with the command that removes it", async () => {
      const [live, elsewhere, closed] = [folder(), folder(), folder()]
      writeFileSync(lock(live), await owner(process.pid))
      writeFileSync(lock(elsewhere), `not-${await ended()}`)
      // One of another user, which nobody here can read.
      chmodSync(closed, 0o777)
      chownSync(closed, nobody, nobody)
      writeFileSync(lock(closed), await ended(), { mode: 0o600 })
      const told = (top: string) => {
        const path = there(lock(top))
        return `another gatekey holds ${path}; if none is running there: rm ${path}`
      }
      await Promise.all([
        expect(edit(live)).rejects.toThrow(told(live)),
        expect(edit(elsewhere)).rejects.toThrow(told(elsewhere)),
        expect(edit(closed, "nobody")).rejects.toThrow(told(closed)),
      ])
      for (const top of [live, elsewhere, closed]) expect(readdirSync(top)).toEqual([".x.gatekey-lock"])
    })
  }

  test("many edits that find a dead lock at once lose nothing", async () => {
    const top = folder()
    writeFileSync(lock(top), await ended())
    const path = there(join(top, "x"))
    // One host by several names, so that no queue of ours stands before the lock.
    const names = ["", "root@"].flatMap((user) => ["", ":22"].map((port) => `ssh://${user}${host(1).name}${port}`))
    const lines = names.map((each, at) => ({ each: hostOf(each), line: `line ${at}\n` }))
    await Promise.all(
      lines.map(({ each, line }) =>
        each.edit(path, (look) => ({
          bytes: Buffer.concat([look.kind === "file" ? look.bytes : Buffer.alloc(0), Buffer.from(line)]),
        })),
      ),
    )
    expect(readFileSync(join(top, "x"), "utf8").split("\n").slice(0, -1).sort()).toEqual(
      lines.map(({ line }) => line.trim()),
    )
    expect(readdirSync(top)).toEqual(["x"])
  })
})

import { mkdtempSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest"
import type { Host } from "../../../hosts/host.ts"
import { findControlFolder, formatSocketPath } from "../../../hosts/ssh/control.ts"
import { openSshHost } from "../../../hosts/ssh/ssh.ts"
import { countSsh } from "../../support/hosts/counted-ssh.ts"
import { argumentsOf, endNow, processesWith } from "../../support/hosts/processes.ts"
import { type Farm, noSshHosts, startFarm } from "../../support/hosts/ssh-farm.ts"
import type { Machine } from "../../support/hosts/ssh-machine.ts"
import { startWay } from "../../support/hosts/way.ts"

const before = Buffer.alloc(200_000, "old\n")
const after = Buffer.alloc(3_000_000, "new, and longer\n")

const machines: Readonly<Record<string, Machine>> = {
  dash: {},
  bash: { sh: "/bin/bash" },
  busybox: { busybox: true },
}

describe.each(Object.entries(machines))("an interrupted write on %s", (name, machine) => {
  let farm: Farm
  beforeAll(async () => {
    if (noSshHosts === undefined) farm = await startFarm(1, machine)
  })
  afterAll(() => farm?.stop())
  beforeEach(({ skip }) => {
    skip(noSshHosts !== undefined, noSshHosts)
    vi.stubEnv("GATEKEY_SSH_CONFIG", farm.config)
  })
  afterEach(() => void vi.unstubAllEnvs())

  const there = (top: string) => `/root${top.slice(farm.host(1).home.length)}/x`

  /** Creates a folder with one file. */
  function laid(): string {
    const top = mkdtempSync(join(farm.host(1).home, "gatekey-"))
    onTestFinished(() => rmSync(top, { recursive: true, force: true }))
    writeFileSync(join(top, "x"), before, { mode: 0o640 })
    return top
  }

  /** Lists gatekey's shells on the host. */
  const remote = () =>
    farm
      .host(1)
      .processes()
      .filter((pid) => /^(?:\/bin\/)?sh -c IFS=/.test(argumentsOf(pid)))

  /** Checks that the file is complete, without leftovers, and that the next edit works. */
  async function whole(top: string, { sweeps = false } = {}): Promise<"old" | "new"> {
    await expect.poll(remote, { timeout: 60_000 }).toEqual([])
    const held = readFileSync(join(top, "x"))
    expect(held.equals(before) || held.equals(after)).toBe(true)
    if (!sweeps) expect(readdirSync(top)).toEqual(["x"])
    await openSshHost(`ssh://root@${farm.host(1).name}`).edit(there(top), () => ({ bytes: Buffer.from("next") }))
    expect(readFileSync(join(top, "x"), "utf8")).toBe("next")
    expect(readdirSync(top)).toEqual(["x"])
    return held.equals(before) ? "old" : "new"
  }

  const write = (host: Host, top: string) =>
    host
      .edit(there(top), () => ({ bytes: after }))
      .then(
        () => "done",
        (error: Error) => error.message,
      )

  /** The processes that are killed; what the remote sh cannot clean up is left to the next edit. */
  const victims = {
    "ssh itself": async (alias: string) =>
      processesWith(`ControlPath=${formatSocketPath(await findControlFolder(), `ssh://${alias}`)} `),
    "the connection that all share": async (alias: string) =>
      processesWith(`ssh: ${formatSocketPath(await findControlFolder(), `ssh://${alias}`)} [mux]`),
    "the host's sh": async () => remote(),
    "the host's sshd": async () =>
      farm
        .host(1)
        .processes()
        .filter((pid) => argumentsOf(pid).startsWith("sshd: root")),
  } as const

  // Two of them mean something else to another sh.
  const each = Object.keys(victims) as (keyof typeof victims)[]
  test.each(name === "dash" ? each : each.filter((victim) => /sh itself|'s sh$/.test(victim)))(
    "by the death of %s, at each step",
    async (victim) => {
      const outcomes = new Set<string>()
      // What comes into the folder and goes: the way to the lock, the lock, the copy, the file itself, the lock again.
      for (let step = 1; step <= 9; step++) {
        const top = laid()
        const host = openSshHost(`ssh://${farm.host(1).name}`)
        expect(await host.readSnapshot(there(top))).toMatchObject({ kind: "file" })
        let events = 0
        let struck = false
        const watcher = watch(top, () => {
          if (++events < step || struck) return
          struck = true
          void victims[victim](farm.host(1).name).then((pids) => pids.map(endNow))
        })
        const said = await write(host, top)
        watcher.close()
        if (said !== "done")
          expect(said).toMatch(/the connection was lost; run it again|nothing was changed, run it again/)
        outcomes.add(await whole(top, { sweeps: victim === "the host's sh" }))
        if (said === "done" && !struck) break
      }
      expect(outcomes).toContain("old")
    },
  )

  test.each(["told", "silent"] as const)("by a connection that ends after some bytes (%s)", async (end) => {
    const points = name === "dash" ? [9000, 15_000, 60_000, 700_000, 2_990_000] : [2_000_000]
    for (const bytes of points.filter((bytes) => end === "told" || bytes > 100_000)) {
      const top = laid()
      const way = await startWay(farm.host(1).address, { after: bytes, end })
      onTestFinished(() => way.stop())
      const options = ["HostName 127.0.0.1", `Port ${way.port}`, `HostKeyAlias ${farm.host(1).name}`]
      const host = openSshHost(`ssh://${farm.alias(`way-${end}-${bytes}`, options)}`)
      if (end === "silent") vi.stubEnv("GATEKEY_SSH_TIMEOUT", "2s")
      const said = await write(host, top)
      vi.stubEnv("GATEKEY_SSH_TIMEOUT", undefined)
      // Ours is the first to give up: the shared connection is lost after 15 s.
      if (end === "silent") expect(said).toMatch(/is unreachable: timed out after |it took longer than 2 s/)
      else expect(said).toMatch(/is unreachable: |the connection was lost; run it again/)
      expect(await whole(top)).toBe("old")
      way.stop()
    }
  })
})

describe("a slow connection", () => {
  let farm: Farm
  beforeAll(async () => {
    if (noSshHosts === undefined) farm = await startFarm(1)
  })
  afterAll(() => farm?.stop())

  test("with a round trip of 200 ms works", async ({ skip }) => {
    skip(noSshHosts !== undefined, noSshHosts)
    vi.stubEnv("GATEKEY_SSH_CONFIG", farm.config)
    onTestFinished(() => void vi.unstubAllEnvs())
    const way = await startWay(farm.host(1).address, { delay: 100 })
    onTestFinished(() => way.stop())
    const name = farm.alias("slow", ["HostName 127.0.0.1", `Port ${way.port}`, `HostKeyAlias ${farm.host(1).name}`])
    const host = openSshHost(`ssh://${name}`)
    await host.edit("~/x", () => ({ bytes: after }))
    expect(readFileSync(join(farm.host(1).home, "x")).equals(after)).toBe(true)
    // Many places cost one way there and back.
    const starts = countSsh()
    const looks = await Promise.all(Array.from({ length: 50 }, (_, at) => host.readSnapshot(`~/x${at}`)))
    expect(looks.map(({ kind }) => kind)).toEqual(looks.map(() => "absent"))
    expect(starts()).toBe(1)
  })
})

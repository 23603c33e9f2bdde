import { execFileSync } from "node:child_process"
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, onTestFinished, vi } from "vitest"
import type { Host } from "../../../hosts/host.ts"
import { hostOf } from "../../../hosts/index.ts"
import { edited, type Job } from "../cli/editor.ts"
import { nobody } from "./machine.ts"
import { type Farm, noSshHosts, type SshHost, startFarm } from "./ssh-farm.ts"
import type { Machine } from "./ssh-machine.ts"

/** A host as the rows of a table use it: files are laid and read by their paths here, and meant by those there. */
export interface Reached {
  readonly host: Host
  /** As it is declared. */
  readonly name: string
  readonly remote: boolean
  /** The path there of a path here. */
  there(path: string): string
  /** How an error names a path there. */
  told(path: string): string
  /** A folder that goes with the test. */
  folder(): string
  /** The folder that `~` means there, with nothing in it. */
  home(): string
  /** A small disk is soon full: `size` kilobytes, mounted at a folder until the test ends. */
  smallDisk(size: number): string
  /** What another user's look, or edit, comes to. */
  asNobody(task: Job["do"], path: string): Promise<string>
}

const kinds: readonly (readonly [name: string, machine?: Machine])[] = [
  ["this machine"],
  ["a host over ssh", {}],
  ["a host over ssh with nothing but busybox", { busybox: true }],
]

/** The same rows, on a host of each kind. */
export function onEachHost(rows: (reached: Reached) => void): void {
  for (const [name, machine] of kinds) {
    describe(name, () => rows(machine ? overSsh(machine) : here))
  }
}

const here: Reached = {
  host: hostOf("local"),
  name: "local",
  remote: false,
  there: (path) => path,
  told: (path) => path,
  folder: () => forTheTest(tmpdir()),
  home() {
    const home = forTheTest(tmpdir())
    vi.stubEnv("HOME", home)
    onTestFinished(() => void vi.unstubAllEnvs())
    return home
  },
  smallDisk(size) {
    const path = forTheTest(tmpdir())
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${size}k,mode=755`, "tmpfs", path])
    onTestFinished(() => void execFileSync("umount", ["-l", path]))
    return path
  },
  asNobody: (task, path) => edited({ path, do: task, user: nobody }),
}

function overSsh(machine: Machine): Reached {
  const host = withFarm(1, machine)
  const name = () => `ssh://${host(1).name}`
  const inside = () => `/proc/${host(1).processes()[0]}/root`
  const there = (path: string) =>
    path
      .replace(/^\/proc\/\d+\/root(?:\/mnt(?=\/))?/, "")
      .replace(new RegExp(`^${host(1).home}(?=/|$)`), host(1).homeThere)
  return {
    get host() {
      return hostOf(name())
    },
    get name() {
      return name()
    },
    remote: true,
    there,
    told: (path) => `${path} on ${name()}`,
    folder: () => forTheTest(host(1).home),
    home: () => host(1).home,
    smallDisk(size) {
      const below = join(machine.busybox ? "/mnt/root" : "/root", `disk-${disks++}`)
      const enter = ["-m", "-t", `${host(1).processes()[0]}`]
      mkdirSync(join(inside(), below))
      execFileSync("nsenter", [...enter, "mount", "-t", "tmpfs", "-o", `size=${size}k,mode=755`, "tmpfs", below])
      onTestFinished(() => void execFileSync("nsenter", [...enter, "umount", "-l", below]))
      return join(inside(), below)
    },
    asNobody: (task, path) => edited({ path, do: task, host: `ssh://nobody@${host(1).name}` }),
  }
}

let disks = 0

/** Hosts for the tests of this block, whose ssh config is the one in use. @returns the host of that number, from 1 */
export function withFarm(count: number, settings: Parameters<typeof startFarm>[1] = {}): (number: number) => SshHost {
  let farm: Farm | undefined
  beforeAll(async () => {
    if (noSshHosts !== undefined) return
    farm = await startFarm(count, settings)
    process.env.GATEKEY_SSH_CONFIG = farm.config
  }, 60_000)
  afterAll(async () => {
    delete process.env.GATEKEY_SSH_CONFIG
    await farm?.stop()
  }, 60_000)
  beforeEach(({ skip }) => skip(noSshHosts !== undefined, noSshHosts))
  return (number) => {
    if (!farm) throw new Error("the farm is not up")
    return farm.host(number)
  }
}

function forTheTest(below: string): string {
  const path = mkdtempSync(join(below, "gatekey-"))
  chmodSync(path, 0o700)
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

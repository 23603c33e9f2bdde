import { execFileSync } from "node:child_process"
import { accessSync, constants, existsSync, mkdirSync, readFileSync, rmdirSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"

const root = "/sys/fs/cgroup"

/** Where the unified hierarchy is: beside the older ones, or alone. */
export const unified: string = existsSync(join(root, "unified")) ? join(root, "unified") : root

/** The hierarchies in which systemd moves processes. */
export function hierarchies(): string[] {
  const hybrid = [join(root, "unified"), join(root, "systemd")].filter((path) => existsSync(path))
  return hybrid.length > 0 ? hybrid : [root]
}

export function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

let made = 0

/** A control group of its own, for the caller to remove. systemd moves all processes of the group that it is started in. */
export function makeGroup(hierarchy: string): string {
  const group = join(hierarchy, `gatekey-${process.pid}-${made++}`)
  mkdirSync(group)
  return group
}

/** Removes a group and those in it, once their processes have ended. */
export async function removeGroup(group: string): Promise<void> {
  for (let tries = 0; isPopulated(group) && tries < 100; tries++) await pause(20)
  if (!existsSync(group)) return // systemd has done it
  const list = execFileSync("/usr/bin/find", [group, "-depth", "-type", "d"], { encoding: "utf-8" })
  for (const folder of list.split("\n").filter((line) => line !== "")) {
    try {
      rmdirSync(folder)
    } catch {
      // What still runs there is not ours to end.
    }
  }
}

/** A process that was killed stays in its group for a while; older hierarchies do not tell. */
function isPopulated(group: string): boolean {
  const events = join(group, "cgroup.events")
  return existsSync(events) && readFileSync(events, "utf8").includes("populated 1")
}

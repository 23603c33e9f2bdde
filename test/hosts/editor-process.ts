import { setTimeout as sleep } from "node:timers/promises"
import { hostOf } from "../../hosts/index.ts"
import { withLock } from "../../hosts/lock.ts"

/** The edits of a separate process. */
export interface Job {
  readonly path: string
  readonly do: "append" | "look" | "obstacle" | "hold"
  /** Default: host. */
  readonly host?: string
  /** Becomes this user (and group) first. */
  readonly user?: number
  /** How many lines are appended, each by an edit of its own. */
  readonly lines?: number
  readonly name?: string
  /** How long the lock is held, in milliseconds. */
  readonly hold?: number
}

const {
  path,
  do: task,
  host: hostName = "local",
  user,
  lines = 1,
  name = "line",
  hold = 0,
}: Job = JSON.parse(process.argv[2] ?? "")
if (user !== undefined) {
  process.setgroups?.([])
  process.setgid?.(user)
  process.setuid?.(user)
}

const host = hostOf(hostName)

const tasks = {
  async append() {
    for (let line = 0; line < lines; line++) {
      await host.edit(path, (look) => {
        const before = look.kind === "file" ? look.bytes : Buffer.alloc(0)
        if (look.kind === "unreadable") throw new Error(look.reason)
        return { bytes: Buffer.concat([before, Buffer.from(`${name} ${line}\n`)]) }
      })
    }
    return "done"
  },
  async look() {
    const { kind, ...rest } = await host.readSnapshot(path)
    return JSON.stringify({ kind, ...("reason" in rest ? rest : {}) })
  },
  async obstacle() {
    return String(await host.findObstacle(path))
  },
  async hold() {
    await withLock(path, async () => {
      process.stdout.write("locked")
      await sleep(hold)
    })
    return ""
  },
} satisfies Record<Job["do"], () => Promise<string>>

process.stdout.write(await tasks[task]().catch((error) => `${error.name}: ${error.message}`))

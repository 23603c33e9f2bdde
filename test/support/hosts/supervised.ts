import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** A process that a supervisor of ours keeps, by its id and when it began. */
interface Supervised {
  readonly home: string
  readonly pid: string
  readonly began: string
}

/** Those of the homes in a folder. */
export function supervised(folder: string, homes: readonly string[]): Supervised[] {
  return homes.flatMap((home) => {
    const state = join(folder, home, ".local/state/gatekey")
    if (!existsSync(state)) return []
    const files = readdirSync(state).filter((file) => file.endsWith(".child"))
    return files.map((file) => {
      const [pid = "", began = ""] = readFileSync(join(state, file), "utf8").trim().split(" ")
      return { home, pid, began }
    })
  })
}

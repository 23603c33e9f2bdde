import { shellScript } from "../../core/shell.ts"
import type { Script } from "../services/manager.ts"
import { prelude } from "../services/script.ts"

const look = shellScript("look.sh", import.meta.url)

/** Who is asked about the sockets: the kernel's tables where there are any, else `lsof`. */
export type SocketSource = "kernel" | "lsof" | "any"

/** Whose process counts as the declared gateway's, besides what its service's name tells. */
export interface DeclaredService {
  readonly manager: "launchd" | "systemd" | "process"
  /** The label, the unit, or the process's own name. */
  readonly name: string
  /** The file of a process's definition. */
  readonly path?: string
}

/**
 * One look, all in one go. Each line of the answer has a tag, so that what a log-in shell prints around it disturbs
 * nothing. Whole command lines come back and are cut down at once: see `process.ts`.
 */
export function portScript(port: number, declared: DeclaredService | undefined, asked: SocketSource = "any"): Script {
  const hex = port.toString(16).toUpperCase().padStart(4, "0")
  const path = declared?.manager === "process" ? (declared.path ?? `~/.local/state/gatekey/${declared.name}.sh`) : ""
  return { script: `${prelude}${look}`, args: [String(port), hex, asked, path] }
}

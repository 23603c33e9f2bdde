import { shellScript } from "../../core/shell.ts"
import type { Script } from "../services/manager.ts"
import { prelude } from "../services/script.ts"

const readPort = shellScript("look.sh", import.meta.url)

/** The source of the sockets: the kernel's tables if there are any, else `lsof`. */
export type SocketSource = "kernel" | "lsof" | "any"

/** The service whose process is the declared gateway. */
export interface DeclaredService {
  readonly manager: "launchd" | "systemd" | "process"
  /** The label, the unit, or the process's own name. */
  readonly name: string
  /** The file of a process's definition. */
  readonly path?: string
}

/**
 * Creates the script that reads everything at once. Each line of the answer has a tag, so that other output of a log-in shell is
 * ignored. Whole command lines are in the answer, and are reduced at once: see `processes.ts`.
 */
export function portScript(port: number, declared: DeclaredService | undefined, source: SocketSource = "any"): Script {
  const hex = port.toString(16).toUpperCase().padStart(4, "0")
  const path = declared?.manager === "process" ? (declared.path ?? `~/.local/state/gatekey/${declared.name}.sh`) : ""
  return { script: `${prelude}${readPort}`, args: [String(port), hex, source, path] }
}

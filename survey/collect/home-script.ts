import { formatAssignments, shellScript } from "../../core/shell.ts"
import type { Script } from "../../probes/services/manager.ts"
import { prelude } from "../../probes/services/script.ts"
import { patterns } from "../files/patterns.ts"
import { unitFolders } from "../files/units/folders.ts"
import { facts } from "./files-script.ts"

/** The words by which a file names a product. */
const named = "openclaw|clawdbot|moltbot|OPENCLAW_|CLAWDBOT_|MOLTBOT_"

/** The words by which a Compose file reads a token from elsewhere. */
const composed = `${named}|GATEWAY_TOKEN|--token|env_file|include|extends|secrets|configs`

/**
 * Returns the script that inspects a home in one run; it writes nothing. Of an environment it prints only the products'
 * variables, `--token`, and the variables that a config names in place of a token or a password.
 * @param home `~` for the user's own
 */
export function homeScript(home: string): Script {
  return { script: `${prelude}home=$(at "$1/")\nhome=\${home%/}\n${script}`, args: [home], timeout: 90_000 }
}

const globs = patterns.map(({ glob, naming }, at) => `${at} ${naming ? "naming" : "any"} ${glob}`).join("\n")

/** At most so many files of one pattern, user's files, and processes that are named like the products. */
const mostFiles = 500
const mostWritten = 2000
const mostProcesses = 200

const unitPaths = (["user", "system"] as const)
  .flatMap((scope) => unitFolders({ scope, home: "$home", runtime: "$runtime" }))
  // Last, folders that are usually links to others.
  .sort((a, b) => Number(/^\/(lib|etc\/xdg)\//.test(a)) - Number(/^\/(lib|etc\/xdg)\//.test(b)))
  .map((folder) => `"${folder}"`)
  .join(" ")

const parts = ["look.sh", "look-units.sh", "look-written.sh", "look-processes.sh"]
const script = `${facts}${formatAssignments({
  named,
  composed,
  globs,
  unit_folders: unitPaths,
  most_files: mostFiles,
  most_written: mostWritten,
  most_processes: mostProcesses,
})}${parts.map((name) => shellScript(name, import.meta.url)).join("")}say end\n`

import { shellScript } from "../../core/shell.ts"
import type { Script } from "../../probes/services/manager.ts"
import { prelude } from "../../probes/services/script.ts"

/** Shell functions that print a file's permissions, owner, links, time and name. */
export const facts = shellScript("facts.sh", import.meta.url)

/** Returns the script that inspects the named files; each is tagged `secret`. */
export function filesScript(paths: readonly string[]): Script {
  return { script: `${prelude}${facts}files secret "$@"\nsay end\n`, args: paths }
}

/** Returns the script that inspects environment files, by their paths and patterns. */
export function patternsScript(patterns: readonly string[]): Script {
  const each = `IFS='\n'\nfor each in "$@"; do files envfile $each; done\n`
  return { script: `${prelude}${facts}${each}say end\n`, args: patterns }
}

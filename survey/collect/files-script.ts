import { shellScript } from "../../core/shell.ts"
import type { Script } from "../../probes/services/manager.ts"
import { prelude } from "../../probes/services/script.ts"

/** What tells a file's permissions, owner, links, time and name. */
export const facts = shellScript("facts.sh", import.meta.url)

/** Looks at files that another names: `secret` is the tag of each. */
export function filesScript(paths: readonly string[]): Script {
  return { script: `${prelude}${facts}files secret "$@"\nsay end\n`, args: paths }
}

/** Looks at files of variables, by their paths and patterns. */
export function patternsScript(patterns: readonly string[]): Script {
  const each = `IFS='\n'\nfor each in "$@"; do files envfile $each; done\n`
  return { script: `${prelude}${facts}${each}say end\n`, args: patterns }
}

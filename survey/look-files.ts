import type { Script } from "../services/manager.ts"
import { basics } from "../services/script.ts"

/** What tells a file's permissions, owner, links, time and name. */
export const facts = `newline='
'
if stat -c %a / >/dev/null 2>&1; then
  facts() { stat -c '%a %u %h %Y %F|%n' "$@" 2>/dev/null; }
else
  facts() { stat -f '%Lp %u %l %m %HT|%N' "$@" 2>/dev/null; }
fi
# TAG FILE...: permissions, owner, links, time, and the name; none whose name would be two lines.
files() {
  name=$1; shift
  for each; do
    shift
    case $each in *"$newline"*) ;; *) set -- "$@" "$each" ;; esac
  done
  [ $# -eq 0 ] || facts "$@" | tag "$name"
}
`

/** Looks at files that another names: `secret` is the tag of each. */
export function lookingAtFiles(paths: readonly string[]): Script {
  return { script: `${basics}${facts}files secret "$@"\nsay end\n`, args: paths }
}

/** Looks at files of variables, by their paths and patterns. */
export function lookingAtPatterns(patterns: readonly string[]): Script {
  const each = `IFS='\n'\nfor each in "$@"; do files envfile $each; done\n`
  return { script: `${basics}${facts}${each}say end\n`, args: patterns }
}

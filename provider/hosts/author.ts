import { shown } from "../../core/escape.ts"
import type { Receipt } from "../../core/receipt.ts"
import { hostOf } from "../../hosts/index.ts"

/** Pulumi starts its plugins in the program's folder. The script must not write the repository's index. */
const script = `
export GIT_OPTIONAL_LOCKS=0
echo "$(id -un 2>/dev/null || id -u)@$(uname -n)"
git rev-parse --verify HEAD 2>/dev/null && git status --porcelain 2>/dev/null | head -n 1
`

/** Reads who runs this, and at which commit of the program. */
export async function readAuthor(): Promise<Pick<Receipt, "who" | "commit" | "dirty">> {
  const { stdout } = await hostOf("local").run(script)
  const [who = "", commit = "", change] = Buffer.from(stdout).toString().trim().split("\n")
  const at = /^[0-9a-f]{40,64}$/.test(commit) ? { commit, dirty: change !== undefined } : {}
  return { who: shown(who), ...at }
}

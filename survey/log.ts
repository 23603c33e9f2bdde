import { shown } from "../core/escape.ts"
import { strictlyMasked } from "../core/mask.ts"
import type { Secret } from "../core/secret.ts"
import { hostOf } from "../hosts/index.ts"
import { answerIn, basics } from "../services/script.ts"
import type { Member } from "./member.ts"

/** A line of a log, as it may be shown once known tokens are hidden as well. */
export type Line = string

const most = 40
/** What is shorter stands in any line. */
const shortest = 4

/** The last lines that a member's service, or it itself, wrote; none where there is no log. */
export async function logOf(host: string, member: Member, tokens: readonly Secret[]): Promise<Line[]> {
  const { product, role, definitions } = member
  const [definition] = definitions
  const args = [definition?.manager ?? "", definition?.name ?? "", definition?.path ?? "", product, role, String(most)]
  const answer = answerIn((await hostOf(host).run(`${basics}${script}`, { args, timeout: 8_000 })).stdout)
  return (answer?.all("log") ?? []).map((line) => shownLine(line, tokens)).filter((line) => line.trim() !== "")
}

// What a manager keeps; else the product's own file of the day.
const script = `
manager=$1 name=$2 path=$3 product=$4 role=$5 most=$6
# FILE: its last lines, and no more of a long one than can be shown.
ends() { tail -c 65536 "$1" | tail -n "$most"; }
case $manager in
  systemd)
    if [ -z "\${XDG_RUNTIME_DIR-}" ] && [ -d "/run/user/$(id -u)" ]; then XDG_RUNTIME_DIR=/run/user/$(id -u); export XDG_RUNTIME_DIR; fi
    lines=$(journalctl --user -u "$name" -n "$most" -o cat --no-pager 2>/dev/null)
    [ -n "$lines" ] || lines=$(journalctl _SYSTEMD_USER_UNIT="$name" -n "$most" -o cat --no-pager 2>/dev/null) ;;
  launchd)
    for key in StandardErrorPath StandardOutPath; do
      file=$(sed -n "/<key>$key</{n;s/.*<string>\\(.*\\)<\\/string>.*/\\1/p;}" "$path" 2>/dev/null)
      [ ! -f "$file" ] || [ ! -r "$file" ] || lines="$lines
$(ends "$file")"
    done ;;
esac
if [ -z "$lines" ]; then
  base=$HOME/.local/state/gatekey/$product-$role.log
  [ ! -f "$base" ] || [ ! -r "$base" ] || lines=$(ends "$base")
fi
[ -z "$lines" ] || printf '%s\\n' "$lines" | tail -n "$most" | tag log
say end
`

/** Without known tokens, however short they are, without what moves a cursor or colours a line, or looks like a token. */
export function shownLine(line: string, tokens: readonly Secret[]): Line {
  let clean = line
  for (const token of tokens) {
    const value = token.reveal()
    if (value.length >= shortest) clean = clean.replaceAll(value, "[token]")
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
  return strictlyMasked(shown(clean.replace(/\u001b\[[0-9;]*m/g, ""), 300))
}

import { UserError } from "../core/errors.ts"
import type { Answer, FileSeen, Script } from "./manager.ts"

/** What every script that is run on a host begins with. */
export const basics = `
LC_ALL=C; export LC_ALL
tag() { sed "s/^/gk:$1 /"; echo; }
say() { printf 'gk:%s\\n' "$*"; }
has() { command -v "$1" >/dev/null 2>&1; }
at() { case $1 in '~/'*) printf '%s\\n' "$HOME/\${1#??}" ;; *) printf '%s\\n' "$1" ;; esac; }
# PID: those that it started.
children() {
  if [ -r /proc/self/stat ]; then
    for stat in /proc/[0-9]*/stat; do
      { read -r line <"$stat"; } 2>/dev/null || continue
      line=\${line##*) }; line=\${line#* }; stat=\${stat%/stat}
      [ "\${line%% *}" != "$1" ] || printf '%s\\n' "\${stat#/proc/}"
    done
  else ps -A -o pid= -o ppid= | awk -v parent="$1" '$2 == parent { print $1 }'; fi
}
# PID: ends it with all that it started, which might hold a pipe open.
end() {
  kill -STOP "$1"
  for each in $(children "$1"); do (end "$each"); done
  kill -KILL "$1"
}
# PID: the ports on which it listens; nothing if its open files may not be seen.
kernel_listens() {
  opened=$(ls -l "/proc/$1/fd" 2>/dev/null)
  case $opened in *' -> '*) ;; *) return 0 ;; esac
  sockets=$(printf '%s\\n' "$opened" | sed -n 's/.*socket:\\[\\([0-9]*\\)\\]$/\\1/p' | tr '\\n' ' ')
  ports=$([ -z "$sockets" ] || awk -v own=" $sockets" '$4 == "0A" && index(own, " " $10 " ") { sub(/.*:/, "", $2); print "0x" $2 }' "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null | sort -u | tr '\\n' ' ')
  say "listens $1 $ports"
}
ps_listens() {
  has lsof && kill -0 "$1" 2>/dev/null || return 0
  ports=$(lsof -nP -a -p "$1" -iTCP -sTCP:LISTEN -Fn 2>/dev/null | sed -n 's/^n.*:\\([0-9]*\\)$/\\1/p' | sort -u | tr '\\n' ' ')
  say "listens $1 $ports"
}
# SECONDS COMMAND: one that has not ended by then is killed; the code is 137.
within() (
  limit=$1; shift
  "$@" & asked_one=$!
  (trap 'kill "$nap"; exit' TERM; sleep "$limit" & nap=$!; wait "$nap"; set +f; end "$asked_one") >/dev/null 2>&1 </dev/null 3>&- & timer=$!
  wait "$asked_one" 2>/dev/null; code=$?
  kill "$timer" 2>/dev/null
  exit "$code"
)
`

/** Bytes of one file that a look at a service reads: a definition, or what it reads at its start. */
const mostRead = 2 * 1024 * 1024

/**
 * What every look is made of. Each line of an answer has a tag before it, so that what a log-in shell prints around it
 * disturbs nothing; values of the one variable and of `--token` come back, and nothing else of an environment.
 */
const prelude = `${basics}real() { readlink -f "$1" 2>/dev/null || printf '%s\\n' "$1"; }

# TAG PATH: when it was written, and its bytes.
file() {
  [ -e "$2" ] || return 0
  if [ ! -f "$2" ] || [ ! -r "$2" ]; then say "$1.unreadable"; return 0; fi
  # Not even as far as its size says, as it may grow.
  say "$1.mtime $(stat -L -c %Y "$2" 2>/dev/null || stat -L -f %m "$2")"
  dd bs=65536 count=33 <"$2" 2>/dev/null | od -An -v -tx1 | tag "$1.hex"
}

# Lines of words, line breaks within a word as \\001: the values of --token.
flags() {
  awk '{ if (next_one) { print; next_one = 0 } else if ($0 == "--token") next_one = 1
         else if (index($0, "--token=") == 1) print substr($0, 9) }' | tag flag
}

# PID: when it started, and which tokens it was given.
live() {
  [ "\${1:-0}" -gt 0 ] 2>/dev/null || return 0
  if [ -r "/proc/$1/stat" ]; then
    stat=$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | tail -n 1)
    case $stat in '' | Z* | X*) return 0 ;; esac
    ticks=$(printf '%s\\n' "$stat" | cut -d ' ' -f 20)
    say "live $1 $ticks $(getconf CLK_TCK 2>/dev/null || echo 100) $(cut -d ' ' -f 1 /proc/uptime) $(date +%s)"
    { tr '\\000\\012' '\\012\\001' <"/proc/$1/cmdline" | flags; } 2>/dev/null
    given=$({ tr '\\000\\012' '\\012\\001' <"/proc/$1/environ"; } 2>/dev/null) || return 0
    say seen
    printf '%s\\n' "$given" | sed -n "s/^$variable=//p" | tag variable
  else
    began=$(ps -o lstart= -p "$1" 2>/dev/null) && [ -n "$began" ] || return 0
    say "live $1 $(printf %s "$began" | tr -s ' ' _) $(ps -o etime= -p "$1" | tr -d ' ') $(date +%s)"
    words=$(ps -Eww -o command= -p "$1" 2>/dev/null | tr ' ' '\\012')
    printf '%s\\n' "$words" | flags
    # The system hides the environment of its own programs.
    case $words in *PATH=*) say seen ;; esac
    printf '%s\\n' "$words" | sed -n "s/^$variable=//p" | tag variable
  fi
}
say "home $HOME"
`

/** A look: `$1` the service's name, `$2` its file, `$3` the variable, `$4` what it reads; `body` says the rest. */
export function looking(body: string, { name, path, variable, reads }: Parameters<typeof argsOf>[0]): Script {
  const head = `name=$1 path=$(at "$2") variable=$3 reads=$4`
  const tail = `file file "$path"\n[ -z "$reads" ] || file reads "$(at "$reads")"\nsay end`
  return {
    script: `${prelude}${head}\n${body}\n${tail}\n`,
    args: argsOf({ name, path, variable, ...(reads ? { reads } : {}) }),
  }
}

function argsOf(service: { name: string; path: string; variable: string; reads?: string }): string[] {
  return [service.name, service.path, service.variable, service.reads ?? ""]
}

/** Acts: `$1` the service's name, `$2` its file, then the acts in order. `functions` has one for each, `do_reload` and so on. */
export function acting(
  functions: string,
  { name, path }: { name: string; path: string },
  acts: readonly string[],
): Script {
  const script = `${prelude}name=$1 path=$(at "$2")
shift 2
${functions}
for act; do
  "do_$act" || { code=$?; say "failed $act $code"; exit 1; }
done
say end
`
  return { script, args: [name, path, ...acts], timeout: 90_000 }
}

/** More than the containers of any host make, and more than any host has of one thing: what is compared, or sorted, is no more. */
const mostLines = 500_000
const mostOfOne = 50_000

/** The tagged lines of an answer; nothing when it was cut off. @throws UserError for too many */
export function answerIn(stdout: Uint8Array): Answer | undefined {
  const lines = new Map<string, string[]>()
  let count = 0
  for (const line of linesIn(Buffer.from(stdout))) {
    const [, tag, text = ""] = /^gk:([a-z.]+)(?: (.*))?$/s.exec(line) ?? []
    if (!tag) continue
    if (++count > mostLines) throw new UserError(`the answer of a host has more than ${mostLines} lines`)
    const known = lines.get(tag)
    if (!known) lines.set(tag, [text])
    else if (known.length < mostOfOne || isBulk(tag)) known.push(text)
    else throw new UserError(`the answer of a host has more than ${mostOfOne} lines of one kind (${tag})`)
  }
  if (!lines.has("end") && !lines.has("failed")) return undefined
  const all = (tag: string) => lines.get(tag) ?? []
  return { all, one: (tag) => all(tag)[0], file: (tag) => fileIn(all, tag) }
}

/** A file's bytes, and the engine's JSON. */
function isBulk(tag: string): boolean {
  return tag === "container" || tag.endsWith(".hex")
}

/** One after the other: all at once they would be many times the bytes. */
function* linesIn(bytes: Buffer): Generator<string> {
  for (let at = 0; at <= bytes.length; ) {
    const end = bytes.indexOf(0x0a, at)
    const stop = end < 0 ? bytes.length : end
    yield bytes.toString("utf8", at, stop)
    at = stop + 1
  }
}

function fileIn(all: (tag: string) => readonly string[], tag: string): FileSeen {
  if (all(`${tag}.unreadable`).length > 0) return { kind: "unreadable" }
  const [mtime] = all(`${tag}.mtime`)
  if (mtime === undefined) return { kind: "absent" }
  const hex = all(`${tag}.hex`).join("").replaceAll(/\s/g, "")
  if (hex.length > 2 * mostRead) return { kind: "unreadable" }
  return { kind: "file", bytes: Buffer.from(hex, "hex"), mtime: Number(mtime) }
}

import type { Script } from "../../services/manager.ts"
import { basics } from "../../services/script.ts"

/** What one search reads at most: folders deep, files, bytes of one, and seconds. */
const bounds = { depth: 8, files: 200_000, bytes: 2 * 1024 * 1024, seconds: 40 } as const

/** Folders of other programs' caches and packages, and the products' own records, which they write anew by themselves. */
const skippedFolders = [
  ...["node_modules", ".git", ".hg", ".svn", ".cache", ".npm", ".pnpm-store", ".yarn", ".venv", "venv", "__pycache__"],
  ...[
    ".Trash",
    ".local/share/Trash",
    ".cargo",
    ".rustup",
    ".nvm",
    ".gradle",
    ".m2",
    "go/pkg",
    ".local/share/containers",
  ],
  ...["Caches", "Containers", "Group Containers", "Developer", "Mail", "Messages", "Photos"].map((n) => `Library/${n}`),
  ...["*.photoslibrary", "snap", ".var"],
  ...["agents", "browser", "canvas", "devices", "identity", "logs", "media", "memory", "state"].flatMap((name) =>
    ["openclaw", "clawdbot"].flatMap((product) => [`.${product}/${name}`, `.${product}-*/${name}`]),
  ),
]

/** Media, archives, programs and databases. */
const skippedEnds = [
  ...["jpg", "jpeg", "png", "gif", "webp", "heic", "tiff", "psd", "mp4", "mov", "mkv", "avi", "webm", "mp3", "wav"],
  ...["flac", "m4a", "ogg", "pdf", "zip", "gz", "tgz", "xz", "bz2", "zst", "7z", "rar", "dmg", "iso", "img", "qcow2"],
  ...["vmdk", "sqlite", "sqlite-wal", "db", "o", "a", "so", "dylib", "class", "jar", "wasm", "pyc", "ttf", "woff"],
  ...["woff2", "safetensors", "gguf"],
]

const or = (words: readonly string[]) => words.join(" -o ")
const folders = or(skippedFolders.map((name) => `-path '*/${name}'`))
const ends = or(skippedEnds.map((end) => `-name '*.${end}'`))
const batch = 1000

const script = `
home=$(at "$1/")
home=\${home%/}
newline='
'
values=$(cat)
partial() { say "partial $*"; }
# Another program would be given the values as its words.
[ "$(command -v printf)" = printf ] || { partial "the home, for copies by their value, as its shell has no printf of its own"; say end; exit 0; }
has find || { partial "the home, for copies by their value, as it has no find"; say end; exit 0; }
until=$(($(date +%s) + ${bounds.seconds}))
listed() {
  find "$home/." -xdev -maxdepth ${bounds.depth} \\( ${folders} -o -path "*$newline*" \\) -prune -o -type f -size -${bounds.bytes / 512 + 1} ! \\( ${ends} \\) -print 2>/dev/null
}
list=$(within ${bounds.seconds / 2} listed)
[ "$?" != 137 ] || partial "the folders of the home, for copies by their value: more than ${bounds.seconds / 2} s"
list=$(printf '%s\\n' "$list" | sed 's|/\\./|/|' | head -n ${bounds.files + 1})
count=$(printf '%s\\n' "$list" | grep -c .)
if [ "$count" -gt ${bounds.files} ]; then partial "more than ${bounds.files} files of the home, for copies by their value"; fi
# Of a binary file nothing is said; busybox's grep has no such option.
quiet=
printf '' | grep -I x >/dev/null 2>&1
[ "$?" != 1 ] || quiet=-I
IFS='
'
set -f
at=1
while [ "$at" -le "$count" ] && [ "$at" -le ${bounds.files} ]; do
  if [ "$(date +%s)" -ge "$until" ]; then
    partial "$((count - at + 1)) of $count files of the home, for copies by their value: more than ${bounds.seconds} s"
    break
  fi
  set -- $(printf '%s\\n' "$list" | sed -n "$at,$((at + ${batch - 1}))p;$((at + ${batch - 1}))q")
  {
    printf '%s\\n' "$values" | grep $quiet -lF -f - -- "$@" 2>/dev/null
    [ "$?" -lt 126 ] || say "failed"
  } | sed 's/^/gk:hit /; s/^gk:hit gk:failed$/gk:partial files of the home with long names, for copies by their value/'
  at=$((at + ${batch}))
done
say end
`

/**
 * Lists the files of a home that contain one of the values, which come in by standard input, one a line. Nothing is
 * written.
 * @param home `~` for the user's own
 */
export function searching(home: string): Script {
  return { script: `${basics}${script}`, args: [home], timeout: (bounds.seconds + 20) * 1000 }
}

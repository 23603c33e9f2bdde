import { formatAssignments, quoteForShell, shellScript } from "../../../core/shell.ts"
import type { Script } from "../../../probes/services/manager.ts"
import { prelude } from "../../../probes/services/script.ts"

/** The limits of one search: depth of folders, files, bytes of a file, and seconds. */
const bounds = { depth: 8, files: 200_000, bytes: 2 * 1024 * 1024, seconds: 40 } as const

/** Folders of caches and packages, and of the products' own records, which they rewrite by themselves. */
const skippedFolders = [
  ...[
    "node_modules",
    ".git/objects",
    ".git/lfs",
    ".hg",
    ".svn",
    ".cache",
    ".npm",
    ".pnpm-store",
    ".yarn",
    ".venv",
    "venv",
    "__pycache__",
  ],
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
  ...["*.photoslibrary"],
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

const matching = (option: "path" | "name", patterns: readonly string[]) =>
  patterns.map((pattern) => `-${option} ${quoteForShell(pattern)}`).join(" -o ")
const skips = formatAssignments({
  skipped_folders: matching(
    "path",
    skippedFolders.map((name) => `*/${name}`),
  ),
  skipped_ends: matching(
    "name",
    skippedEnds.map((end) => `*.${end}`),
  ),
})
const limits = formatAssignments({
  most_deep: bounds.depth,
  most_files: bounds.files,
  most_blocks: bounds.bytes / 512 + 1,
  most_seconds: bounds.seconds,
})
const script = `${skips}${limits}${shellScript("search.sh", import.meta.url)}`

/**
 * Returns the script that lists the files of a home that contain one of the values. The values come by standard input, one a
 * line. It writes nothing.
 * @param home `~` for the user's own
 */
export function searchScript(home: string): Script {
  return { script: `${prelude}${script}`, args: [home], timeout: (bounds.seconds + 20) * 1000 }
}

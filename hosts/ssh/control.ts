import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { lstatSync, mkdirSync, mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { shellScript } from "../../core/shell.ts"
import { readProcessStart } from "../../processes/process-start.ts"

/**
 * Finds the private folder of this run's connections. The engine starts one process for the preview and one for the update:
 * both are its children, and so find the same folder. The path is short, as a socket's must be.
 */
export function findControlFolder(): Promise<string> {
  folder ??= createFolder()
  return folder
}

let folder: Promise<string> | undefined
let run: number | undefined

/** Makes this process the whole run, without an engine: its connections end with it. */
export function endConnectionsWithProcess(): void {
  run = process.pid
}

async function createFolder(): Promise<string> {
  const engine = run ?? process.ppid
  const path = formatControlFolder(engine, await readProcessStart(engine))
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch {
    if (isOurs(path)) return path
    const own = mkdtempSync(join(tmpdir(), "gatekey-"))
    closeAfter(engine, own)
    return own
  }
  closeAfter(engine, path)
  return path
}

/** Formats the path of the folder. @param start the start of the engine's process */
export function formatControlFolder(engine: number, start: string): string {
  const run = `${process.getuid?.()} ${engine} ${start}`
  const mark = createHash("sha256").update(run).digest("hex").slice(0, 12)
  return join(process.platform === "win32" ? tmpdir() : "/tmp", `gatekey-${mark}`)
}

/** Checks that no other user made the folder. */
function isOurs(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat?.isDirectory() === true && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0
}

/** A script that waits for the end of the run, and closes its connections. */
const watch = shellScript("close.sh", import.meta.url)

function closeAfter(engine: number, path: string): void {
  const watcher = spawn("/bin/sh", ["-c", watch, "gatekey", String(engine), path], { detached: true, stdio: "ignore" })
  watcher.on("error", () => {})
  watcher.unref()
}

/** Formats the path of a host's socket in the folder. */
export function formatSocketPath(folder: string, host: string): string {
  return join(folder, createHash("sha256").update(host).digest("hex").slice(0, 12))
}

import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { lstatSync, mkdirSync, mkdtempSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { shellScript } from "../../core/shell.ts"
import { readProcessStart } from "../process-start.ts"

/**
 * The private folder of this run's connections. The engine starts one process of ours for the preview and another for
 * the update: both are its children, and so find the same folder. The path is short, as a socket's must be.
 */
export function controlFolder(): Promise<string> {
  folder ??= make()
  return folder
}

let folder: Promise<string> | undefined
let run: number | undefined

/** This process is the whole run, and no child of an engine: its connections end with it. */
export function endsWithUs(): void {
  run = process.pid
}

async function make(): Promise<string> {
  const engine = run ?? process.ppid
  const path = folderOf(engine, await readProcessStart(engine))
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

/** @param start when the engine started */
export function folderOf(engine: number, start: string): string {
  const run = `${process.getuid?.()} ${engine} ${start}`
  const mark = createHash("sha256").update(run).digest("hex").slice(0, 12)
  return join(process.platform === "win32" ? tmpdir() : "/tmp", `gatekey-${mark}`)
}

/** A folder that another user laid there is not used. */
function isOurs(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  return stat?.isDirectory() === true && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0
}

/** Waits for the end of the run, however it ends, and closes its connections. */
const watch = shellScript("close.sh", import.meta.url)

function closeAfter(engine: number, path: string): void {
  const watcher = spawn("/bin/sh", ["-c", watch, "gatekey", String(engine), path], { detached: true, stdio: "ignore" })
  watcher.on("error", () => {})
  watcher.unref()
}

/** A host's socket in the folder. */
export function socketOf(folder: string, host: string): string {
  return join(folder, createHash("sha256").update(host).digest("hex").slice(0, 12))
}

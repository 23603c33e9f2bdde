import { execFile, spawn } from "node:child_process"
import { resolve } from "node:path"
import { promisify } from "node:util"
import type { Job } from "../../hosts/editor-process.ts"

export type { Job }

/** The program of a process that edits one file. */
export const editor: string = resolve(import.meta.dirname, "../../hosts/editor-process.ts")

/** What another process, as another user where the job says so, prints of its work on one file. */
export async function edited(job: Job): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [editor, JSON.stringify(job)])
  return stdout
}

/** The same, while it runs; `ready` is what it prints first. */
export function editing(job: Job) {
  const child = spawn(process.execPath, [editor, JSON.stringify(job)], { stdio: ["ignore", "pipe", "inherit"] })
  const ready = new Promise<string>((resolve) => child.stdout.once("data", (data) => resolve(String(data))))
  const end = new Promise<void>((resolve) => child.once("exit", () => resolve()))
  return { child, ready, end }
}

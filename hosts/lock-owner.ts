import { hostname } from "node:os"
import { readProcessStart } from "../processes/process-start.ts"
import { readSmall } from "./read.ts"

/** The maximum of bytes of an owner's line. */
const maxOwnerBytes = 512

export async function isDead(lock: string): Promise<boolean> {
  const identifyProcess = await readOwner(lock)
  return identifyProcess !== undefined && hasEnded(identifyProcess)
}

async function readOwner(lock: string): Promise<string | undefined> {
  return readSmall(lock, maxOwnerBytes)
}

/** The start of this process; without /proc it costs a process. */
let ownStart: Promise<string> | undefined

/** Identifies this process, as a part of a file's name. */
export async function identifyProcess(): Promise<string> {
  ownStart ??= readStart(process.pid)
  return [hostPart(), process.pid, await ownStart].join("~")
}

/** Checks whether an owner has ended. One on another machine (a shared home) is unknown; an empty line has no owner. */
export async function hasEnded(identifyProcess: string): Promise<boolean> {
  const [host, pid, start] = identifyProcess.split("~")
  if (!start) return true
  return host === hostPart() && (await readStart(Number(pid))) !== start
}

function hostPart(): string {
  return sanitize(hostname())
}

async function readStart(pid: number): Promise<string> {
  return sanitize(await readProcessStart(pid))
}

function sanitize(text: string): string {
  return text.replace(/[^A-Za-z0-9.]/g, "_")
}

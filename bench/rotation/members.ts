import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { waitUntil } from "../../core/until.ts"
import { readProcessStart } from "../../processes/process-start.ts"

const patienceMilliseconds = 15_000

/** Ends what gatekey's process manager keeps running in homes below the folder, by process id and start time. */
export async function stopMembers(homes: string): Promise<void> {
  const supervisors = await livingIn(homes, ".pid")
  const programs = await livingIn(homes, ".child")
  for (const pid of supervisors) process.kill(pid, "SIGTERM")
  await waitUntil(async () => (await livingIn(homes, ".pid")).length === 0, patienceMilliseconds, 100)
  const left = new Set([...(await livingIn(homes, ".pid")), ...(await livingIn(homes, ".child"))])
  for (const pid of [...supervisors, ...programs].filter((pid) => left.has(pid))) process.kill(pid, "SIGKILL")
}

/** Finds the process that a supervisor's file names, if that very process lives. */
export async function living(file: string): Promise<number | undefined> {
  const [pid = "", start] = textOf(file).trim().split(" ")
  return start && (await readProcessStart(Number(pid))) === start ? Number(pid) : undefined
}

async function livingIn(homes: string, ending: string): Promise<number[]> {
  const files = (readdirSync(homes, { recursive: true }) as string[]).filter(
    (name) => name.includes(".local/state/gatekey/") && name.endsWith(ending),
  )
  const pids = await Promise.all(files.map((name) => living(join(homes, name))))
  return pids.filter((pid) => pid !== undefined)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch {
    return ""
  }
}

import { UserError } from "../../core/errors.ts"
import { maxAnswerBytes, maxBatchBytes, maxFileBytes } from "../file.ts"
import { looksIn } from "./answer.ts"
import type { Connection } from "./connection.ts"
import { limitedCalls } from "./remote.ts"
import { type RemoteFile, remoteFileOf, silent } from "./remote-file.ts"
import type { Session } from "./session.ts"
import { sshSettings } from "./settings.ts"

interface Waiting {
  readonly path: string
  readonly resolve: (file: RemoteFile) => void
  readonly reject: (error: unknown) => void
}

/** Enough for the places of any host; more go in the next batch. */
const most = 200
/** Files that a host may be silent about, until nothing more is asked of it. */
const mostSilent = 3

/** Looks at files of one host: those that are asked for while another batch is under way go together in the next one. */
export function looker(connection: Pick<Connection, "exchange">): (path: string) => Promise<RemoteFile> {
  const waiting: Waiting[] = []
  let busy = false
  let silences = 0

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, most)
      try {
        const files = await look([...new Set(batch.map(({ path }) => path))])
        for (const { path, resolve } of batch) {
          const file = files.get(path)
          if (file) resolve(file)
        }
        if (files.size === 0) throw new UserError("the host answers no look")
        waiting.unshift(...batch.filter(({ path }) => !files.has(path)))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    busy = false
  }

  /** @returns what was answered: what a file keeps us from, and what is too much for one answer, is for the next */
  async function look(paths: readonly string[]): Promise<Map<string, RemoteFile>> {
    const { connect, whole } = sshSettings()
    const timeout = silences === 0 ? whole : Math.min(whole, connect)
    const words = paths.map((path, number) => ["look", String(number), path])
    const variables = { largest: String(maxFileBytes), budget: String(maxBatchBytes) }
    const body = limitedCalls(variables, [["me"], ...words], Math.ceil(timeout / 1000) + 1)
    const partial = (done: Session) => silences < mostSilent && looksIn(done.parts).size > 0
    const { parts, ended } = await connection.exchange({
      body,
      repeatable: true,
      most: maxAnswerBytes,
      timeout,
      partial,
    })
    const [uid = Number.NaN, ...gids] = (parts.find(({ name }) => name === "me")?.words ?? "").split(" ").map(Number)
    const machine = parts.find(({ name }) => name === "machine")?.words ?? ""
    const answers = looksIn(parts)
    const last = ended ? undefined : [...answers.keys()].at(-1)
    const files = new Map<string, RemoteFile>()
    for (const [number, path] of paths.entries()) {
      const told = answers.get(number) ?? (ended ? new Map() : undefined)
      if (!told || told.has("later")) continue
      const file = number === last ? silent(timeout) : remoteFileOf(told, { uid, gids })
      files.set(path, { ...file, machine })
    }
    if (!ended) silences++
    return files
  }

  return (path) =>
    new Promise((resolve, reject) => {
      waiting.push({ path, resolve, reject })
      if (busy) return
      busy = true
      setImmediate(work)
    })
}

import { UserError } from "../../core/errors.ts"
import { maxAnswerBytes, maxBatchBytes, maxFileBytes } from "../file.ts"
import { groupByCall } from "./answer.ts"
import type { Connection } from "./connection.ts"
import { formatLimitedCalls } from "./remote.ts"
import { createTimedOut, parseRemoteFile, type RemoteFile } from "./remote-file.ts"
import type { Session } from "./session.ts"
import { readSshSettings } from "./settings.ts"

interface Waiting {
  readonly path: string
  readonly resolve: (file: RemoteFile) => void
  readonly reject: (error: unknown) => void
}

/** The maximum of files in a batch, enough for most hosts. */
const maxBatch = 200
/** The maximum of files that time out before the host is given up. */
const maxTimeouts = 3

/** Creates a reader of one host's files: requests during a batch go together in the next one. */
export function createReader(connection: Pick<Connection, "exchange">): (path: string) => Promise<RemoteFile> {
  const waiting: Waiting[] = []
  let busy = false
  let timeouts = 0

  async function readAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, maxBatch)
      try {
        const files = await readBatch([...new Set(batch.map(({ path }) => path))])
        for (const { path, resolve } of batch) {
          const file = files.get(path)
          if (file) resolve(file)
        }
        if (files.size === 0) throw new UserError("the host did not answer")
        waiting.unshift(...batch.filter(({ path }) => !files.has(path)))
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
    busy = false
  }

  /** Reads files in one exchange. @returns those that were answered; the others are for the next batch */
  async function readBatch(paths: readonly string[]): Promise<Map<string, RemoteFile>> {
    const { connect, whole } = readSshSettings()
    const timeout = timeouts === 0 ? whole : Math.min(whole, connect)
    const words = paths.map((path, number) => ["look", String(number), path])
    const variables = { largest: String(maxFileBytes), budget: String(maxBatchBytes) }
    const body = formatLimitedCalls(variables, [["me"], ...words], Math.ceil(timeout / 1000) + 1)
    const partial = (done: Session) => timeouts < maxTimeouts && groupByCall(done.parts).size > 0
    const { parts, hasEnded: ended } = await connection.exchange({
      body,
      repeatable: true,
      most: maxAnswerBytes,
      timeout,
      partial,
    })
    const [uid = Number.NaN, ...gids] = (parts.find(({ name }) => name === "me")?.arguments ?? "")
      .split(" ")
      .map(Number)
    const machine = parts.find(({ name }) => name === "machine")?.arguments ?? ""
    const answers = groupByCall(parts)
    const last = ended ? undefined : [...answers.keys()].at(-1)
    const files = new Map<string, RemoteFile>()
    for (const [number, path] of paths.entries()) {
      const parts = answers.get(number) ?? (ended ? new Map() : undefined)
      if (!parts || parts.has("later")) continue
      const file = number === last ? createTimedOut(timeout) : parseRemoteFile(parts, { uid, gids })
      files.set(path, { ...file, machine })
    }
    if (!ended) timeouts++
    return files
  }

  return (path) =>
    new Promise((resolve, reject) => {
      waiting.push({ path, resolve, reject })
      if (busy) return
      busy = true
      setImmediate(readAll)
    })
}

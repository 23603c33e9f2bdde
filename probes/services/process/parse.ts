import { parseLive } from "../live.ts"
import type { Answer, FileState, Loaded, ProcessState, Service, ServiceSnapshot } from "../manager.ts"

export function parseSnapshot(answer: Answer, _service: Service): ServiceSnapshot {
  const file = answer.file("file")
  const loaded = isSettled(answer) ? answer.file("loaded") : undefined
  return {
    home: answer.one("home") ?? "",
    file,
    loaded: evaluateLoaded(file, loaded),
    ...(loaded?.kind === "file" ? { isLoaded: (bytes) => Buffer.compare(bytes, loaded.bytes) === 0 } : {}),
    enabled: true,
    process: evaluateProcess(answer),
    live: parseLive(answer),
    reads: answer.file("reads"),
  }
}

/** Checks whether a definition is loaded: not without a supervisor, nor while it restarts from the file. */
function isSettled(answer: Answer): boolean {
  return answer.one("owner") !== undefined && answer.one("draining") === undefined
}

/** Compares the file with the supervisor's copy of itself from its last start of the program. */
function evaluateLoaded(file: FileState, loaded: FileState | undefined): Loaded {
  if (file.kind === "absent") return { kind: "absent" }
  if (file.kind === "unreadable") return { kind: "broken", reason: "its file cannot be read" }
  const isEqual = loaded?.kind !== "file" || Buffer.compare(file.bytes, loaded.bytes) === 0
  return { kind: isEqual ? "loaded" : "stale", tokens: [] }
}

/** Evaluates `ended`: the last exit code, the count of failures in a row, and `limit` if it was given up. */
function evaluateProcess(answer: Answer): ProcessState {
  const [code, count, limit] = (answer.one("ended") ?? "").split(" ")
  const details = { ...(code ? { exit: `exit ${code}` } : {}), ...(count ? { restarts: Number(count) } : {}) }
  if (answer.one("draining") !== undefined) return { kind: "draining" }
  if (answer.one("live") !== undefined) return { kind: "running" }
  if (limit) return { kind: "failed", ...details }
  // Between two tries, or just started.
  if (answer.one("owner") !== undefined) return code ? { kind: "stopped", ...details } : { kind: "starting" }
  return { kind: "stopped", ...details }
}

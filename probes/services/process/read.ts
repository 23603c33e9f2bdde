import { liveIn } from "../live.ts"
import type { Answer, FileState, Loaded, Process, Service, ServiceSnapshot } from "../manager.ts"

export function read(answer: Answer, _service: Service): ServiceSnapshot {
  const file = answer.file("file")
  const loaded = isSettled(answer) ? answer.file("loaded") : undefined
  return {
    home: answer.one("home") ?? "",
    file,
    loaded: loadedIn(file, loaded),
    ...(loaded?.kind === "file" ? { isLoaded: (bytes) => Buffer.compare(bytes, loaded.bytes) === 0 } : {}),
    enabled: true,
    process: processIn(answer),
    live: liveIn(answer),
    reads: answer.file("reads"),
  }
}

/** Whether there is something loaded: not without a supervisor, nor while it is about to begin anew from the file. */
function isSettled(answer: Answer): boolean {
  return answer.one("owner") !== undefined && answer.one("draining") === undefined
}

/** The supervisor keeps a copy of itself as it was when it last started the program. */
function loadedIn(file: FileState, loaded: FileState | undefined): Loaded {
  if (file.kind === "absent") return { kind: "absent" }
  if (file.kind === "unreadable") return { kind: "broken", reason: "its file cannot be read" }
  const same = loaded?.kind !== "file" || Buffer.compare(file.bytes, loaded.bytes) === 0
  return { kind: same ? "loaded" : "stale", tokens: [] }
}

/** `ended`: the last exit code, and how many ends there were in a row; `limit` after them: it was given up. */
function processIn(answer: Answer): Process {
  const [code, count, limit] = (answer.one("ended") ?? "").split(" ")
  const ended = { ...(code ? { exit: `exit ${code}` } : {}), ...(count ? { restarts: Number(count) } : {}) }
  if (answer.one("draining") !== undefined) return { kind: "draining" }
  if (answer.one("live") !== undefined) return { kind: "running" }
  if (limit) return { kind: "failed", ...ended }
  // Between two tries, or just begun.
  if (answer.one("owner") !== undefined) return code ? { kind: "stopped", ...ended } : { kind: "starting" }
  return { kind: "stopped", ...ended }
}

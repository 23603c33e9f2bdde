import * as v from "valibot"
import { shown } from "../../../core/escape.ts"
import type { Answer, FileState, Live, Loaded, Process, Service, ServiceSnapshot } from "../manager.ts"

const words = v.nullish(v.array(v.string()))

/** Of `GET /containers/{id}/json` of the Docker Engine API, and Podman's `inspect`. */
const inspected = v.object({
  Id: v.string(),
  Created: v.nullish(v.string()),
  Config: v.object({ Env: words }),
  Args: words,
  RestartCount: v.nullish(v.number()),
  State: v.object({
    Status: v.nullish(v.string()),
    Running: v.boolean(),
    Pid: v.nullish(v.number()),
    ExitCode: v.nullish(v.number()),
    StartedAt: v.nullish(v.string()),
  }),
})

type Inspected = v.InferOutput<typeof inspected>

export function read(answer: Answer, { variable }: Service): ServiceSnapshot {
  const seen = inspectedIn(answer.all("container").join("\n"))
  const tokens = seen ? tokensIn(seen, variable) : []
  return {
    home: answer.one("home") ?? "",
    file: seen ? madeAt(seen) : { kind: "absent" },
    loaded: seen ? { kind: "loaded", tokens } : missing(answer),
    enabled: true,
    process: seen ? processIn(seen) : { kind: "stopped" },
    live: seen && liveIn(seen, tokens),
    reads: answer.file("reads"),
  }
}

/** Its definition is as old as it is; nobody can edit it. */
function madeAt({ Created }: Inspected): FileState {
  return { kind: "file", bytes: new Uint8Array(), mtime: secondsOf(Created) }
}

function missing(answer: Answer): Loaded {
  if (answer.one("client") === undefined) return { kind: "absent", why: "there is no docker, and no podman" }
  const problem = answer.one("problem") ?? "the answer is none of an engine"
  if (/no such (container|object)/i.test(problem)) return { kind: "absent", why: "there is no such container" }
  return { kind: "unknown", reason: shown(problem) }
}

/** What docker starts again after a failure waits in between; it counts as not running. */
function processIn({ State, RestartCount }: Inspected): Process {
  if (State.Running && State.Status !== "restarting") return { kind: "running" }
  const exit = State.Status === "created" ? {} : { exit: `exit ${State.ExitCode ?? 0}` }
  return { kind: "stopped", ...exit, ...(RestartCount ? { restarts: RestartCount } : {}) }
}

function liveIn({ Id, State }: Inspected, tokens: readonly string[]): Live | undefined {
  if (!State.Running) return undefined
  const { StartedAt, Pid } = State
  return { id: `${Id.slice(0, 12)} ${StartedAt}`, pid: Pid ?? 0, started: secondsOf(StartedAt), seen: true, tokens }
}

/** The values that its first process got: of `--token`, then of the variable. */
function tokensIn({ Config, Args }: Inspected, variable: string): string[] {
  const args = Args ?? []
  const flags = args.flatMap((word, at) =>
    word.startsWith("--token=") ? [word.slice("--token=".length)] : args[at - 1] === "--token" ? [word] : [],
  )
  const value = (Config.Env ?? []).findLast((entry) => entry.startsWith(`${variable}=`))?.slice(variable.length + 1)
  return [...flags, ...(value === undefined ? [] : [value])].filter((token) => token !== "")
}

/** The one in a list in JSON. */
function inspectedIn(text: string): Inspected | undefined {
  try {
    const parsed = v.safeParse(v.tuple([inspected]), JSON.parse(text))
    return parsed.success ? parsed.output[0] : undefined
  } catch {
    return undefined
  }
}

function secondsOf(time: string | null | undefined): number {
  const milliseconds = Date.parse(time ?? "")
  return Number.isNaN(milliseconds) ? 0 : milliseconds / 1000
}

import * as v from "valibot"
import { shown } from "../../../core/escape.ts"
import type { Answer, FileState, LiveProcess, Loaded, ProcessState, Service, ServiceSnapshot } from "../manager.ts"

const strings = v.nullish(v.array(v.string()))

/** The answer to `GET /containers/{id}/json` of the Docker Engine API, and Podman's `inspect`. */
const inspection = v.object({
  Id: v.string(),
  Created: v.nullish(v.string()),
  Config: v.object({ Env: strings }),
  Args: strings,
  RestartCount: v.nullish(v.number()),
  State: v.object({
    Status: v.nullish(v.string()),
    Running: v.boolean(),
    Pid: v.nullish(v.number()),
    ExitCode: v.nullish(v.number()),
    StartedAt: v.nullish(v.string()),
  }),
})

type Inspection = v.InferOutput<typeof inspection>

export function parseSnapshot(answer: Answer, { variable }: Service): ServiceSnapshot {
  const container = parseInspection(answer.all("container").join("\n"))
  const tokens = container ? listTokens(container, variable) : []
  return {
    home: answer.one("home") ?? "",
    file: container ? createFileState(container) : { kind: "absent" },
    loaded: container ? { kind: "loaded", tokens } : evaluateMissing(answer),
    enabled: true,
    process: container ? evaluateProcess(container) : { kind: "stopped" },
    live: container && createLive(container, tokens),
    reads: answer.file("reads"),
  }
}

/** Creates the state of its definition, which cannot be edited after its creation. */
function createFileState({ Created }: Inspection): FileState {
  return { kind: "file", bytes: new Uint8Array(), mtime: parseSeconds(Created) }
}

function evaluateMissing(answer: Answer): Loaded {
  if (answer.one("client") === undefined) return { kind: "absent", why: "there is no docker, and no podman" }
  const problem = answer.one("problem") ?? "the answer is none of an engine"
  if (/no such (container|object)/i.test(problem)) return { kind: "absent", why: "there is no such container" }
  return { kind: "unknown", reason: shown(problem) }
}

/** Evaluates the process. A container that waits for its next restart counts as not running. */
function evaluateProcess({ State, RestartCount }: Inspection): ProcessState {
  if (State.Running && State.Status !== "restarting") return { kind: "running" }
  const exit = State.Status === "created" ? {} : { exit: `exit ${State.ExitCode ?? 0}` }
  return { kind: "stopped", ...exit, ...(RestartCount ? { restarts: RestartCount } : {}) }
}

function createLive({ Id, State }: Inspection, tokens: readonly string[]): LiveProcess | undefined {
  if (!State.Running) return undefined
  const { StartedAt, Pid } = State
  return {
    id: `${Id.slice(0, 12)} ${StartedAt}`,
    pid: Pid ?? 0,
    started: parseSeconds(StartedAt),
    hasEnvironment: true,
    tokens,
  }
}

/** Lists the values of its first process: of `--token`, then of the variable. */
function listTokens({ Config, Args }: Inspection, variable: string): string[] {
  const args = Args ?? []
  const flags = args.flatMap((word, at) =>
    word.startsWith("--token=") ? [word.slice("--token=".length)] : args[at - 1] === "--token" ? [word] : [],
  )
  const value = (Config.Env ?? []).findLast((entry) => entry.startsWith(`${variable}=`))?.slice(variable.length + 1)
  return [...flags, ...(value === undefined ? [] : [value])].filter((token) => token !== "")
}

/** Parses the only container of a JSON list. */
function parseInspection(text: string): Inspection | undefined {
  try {
    const parsed = v.safeParse(v.tuple([inspection]), JSON.parse(text))
    return parsed.success ? parsed.output[0] : undefined
  } catch {
    return undefined
  }
}

function parseSeconds(time: string | null | undefined): number {
  const milliseconds = Date.parse(time ?? "")
  return Number.isNaN(milliseconds) ? 0 : milliseconds / 1000
}

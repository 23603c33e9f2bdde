import { spawn, spawnSync } from "node:child_process"
import { accessSync, chownSync, constants, readdirSync, readFileSync } from "node:fs"
import { delimiter, join, resolve } from "node:path"
import { root } from "./program.ts"

/** With E2E_ENGINE the `pulumi` of that folder, such as of the newest version: `make test-newest`. */
const engine = process.env.E2E_ENGINE === undefined ? [] : [resolve(process.env.E2E_ENGINE)]
const tools = [...engine, join(root, ".tools/bin"), join(root, ".tools/node/bin")]
export const path: string = [...tools, process.env.PATH ?? ""].join(delimiter)

/** The environment of every engine that we start; compiled modules are kept, as users' own are, and Go collects less garbage. */
export const engineEnvironment = {
  PATH: path,
  PULUMI_SKIP_UPDATE_CHECK: "1",
  PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  NODE_COMPILE_CACHE: join(root, "node_modules/.cache/gatekey"),
  GOGC: "400",
  NO_COLOR: "1",
} as const

export const hasPulumi: boolean = path.split(delimiter).some((folder) => {
  try {
    accessSync(join(folder, "pulumi"), constants.X_OK)
    return true
  } catch {
    return false
  }
})

/** Who runs a stack's commands. */
export interface Owner {
  /** What stands before a command so that this user runs it. */
  readonly prefix: readonly string[]
  give(path: string): void
}

const nobody = 65_534
const drop = ["setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"]
const isRoot = process.getuid?.() === 0

/** Why nothing can be run as somebody who is bound by permissions; nothing when it can. */
export const noPlainUser: string | undefined =
  isRoot &&
  spawnSync("setpriv", [...drop.slice(1), "test", "-x", join(root, "provider/pulumi-resource-gatekey")]).status !== 0
    ? "root is bound by no permissions, and setpriv cannot make another user of us who reaches this checkout"
    : undefined

/** Ourselves; or, for what root is not bound by, a plain user. */
export function ownerOf(plain: boolean): Owner {
  if (!plain || !isRoot) return { prefix: [], give: () => {} }
  return { prefix: drop, give: (path) => chownSync(path, nobody, nobody) }
}

export interface Ended {
  readonly code: number | null
  readonly output: string
}

const longest = 300_000

/** One command to its end, standard output and error together as a terminal shows them. */
export function run(
  words: readonly string[],
  options: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly input?: string },
): Promise<Ended> {
  const [file = "", ...args] = words
  return new Promise((done, failed) => {
    const child = spawn(file, args, { cwd: options.cwd, env: options.env, timeout: longest, killSignal: "SIGKILL" })
    let output = ""
    const collect = (text: Buffer) => {
      output += text.toString()
    }
    child.stdout.on("data", collect)
    child.stderr.on("data", collect)
    child.on("error", failed)
    child.on("close", (code) => done({ code, output }))
    child.stdin.end(options.input ?? "")
  })
}

/** The living processes that were started with a word in their environment, where the system shows that. */
export function processesWith(word: string): string[] {
  if (process.platform !== "linux") return []
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, "latin1").includes(word)) return []
        return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, "latin1").replaceAll("\0", " ")}`]
      } catch {
        return []
      }
    })
}

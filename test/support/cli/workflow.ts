import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parse } from "yaml"
import { root } from "../engine/program.ts"

export interface Workflow {
  readonly on: { readonly [event: string]: unknown }
  readonly permissions?: Permissions
  readonly concurrency?: unknown
  readonly env?: Variables
  readonly jobs: { readonly [name: string]: Job }
}

export interface Job {
  readonly if?: string
  readonly needs?: string | readonly string[]
  readonly "runs-on"?: string
  readonly environment?: string
  readonly permissions?: Permissions
  readonly env?: Variables
  readonly outputs?: Variables
  readonly steps: readonly Step[]
}

export interface Step {
  readonly id?: string
  readonly uses?: string
  readonly run?: string
  readonly with?: { readonly [input: string]: unknown }
  readonly env?: Variables
}

export type Permissions = string | { readonly [scope: string]: string }
export type Variables = { readonly [name: string]: string }

export const folder: string = join(root, ".github/workflows")

export function workflow(name: string): Workflow {
  return parse(readFileSync(join(folder, name), "utf8"))
}

/** Where a job's own steps run, as a runner would have them: without what actions do. */
export interface Runner {
  readonly cwd: string
  /** Of the machine; nothing of it comes from the workflow. */
  readonly env: Variables
  /** What the expressions of the workflow stand for, such as `secrets.PULUMI_CONFIG_PASSPHRASE`; unknown ones fail. */
  readonly values: Variables
}

export interface JobResult {
  readonly code: number
  readonly log: string
  readonly outputs: Variables
}

/** Runs a job's `run:` steps in bash, as GitHub's runner does, up to the first that fails. Installing is left out. */
export function runJob(name: string, jobName: string, { cwd, env, values }: Runner): JobResult {
  const { env: shared = {}, jobs } = workflow(name)
  const job = jobs[jobName]
  if (!job) throw new Error(`${name} has no job ${jobName}`)
  const variables = (given: Variables = {}) =>
    Object.fromEntries(Object.entries(given).map(([name, text]) => [name, valued(text, values)]))
  const permissions = Object.entries(job.permissions ?? {}).map(([scope, level]) => `${scope}:${level}`)
  const outputFile = join(cwd, ".git", "github-output")
  writeFileSync(outputFile, "")
  let [code, log] = [0, ""]
  for (const step of job.steps) {
    if (step.run === undefined || step.run.startsWith("npm ci") || code !== 0) continue
    const { status, stdout, stderr } = spawnSync("bash", ["-e", "-o", "pipefail", "-c", step.run], {
      cwd,
      env: {
        ...env,
        ...variables(shared),
        ...variables(job.env),
        ...variables(step.env),
        GITHUB_OUTPUT: outputFile,
        GH_PERMISSIONS: permissions.join(" "),
      },
      encoding: "utf8",
      timeout: 170_000,
    })
    log += `${stdout}${stderr}`
    code = status ?? 1
  }
  const set = readFileSync(outputFile, "utf8").trim().split("\n").filter(Boolean)
  return { code, log, outputs: Object.fromEntries(set.map((line) => line.split("=", 2) as [string, string])) }
}

function valued(text: string, values: Variables): string {
  return String(text).replace(/\$\{\{ (.+?) \}\}/g, (_, expression: string) => {
    const value = values[expression]
    if (value === undefined) throw new Error(`the test has no value for ${expression}`)
    return value
  })
}

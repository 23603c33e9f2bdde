import type { Job, Permissions, Step, Workflow } from "./workflow.ts"

/** The condition of a job that runs only in a repository that has set the variable for it; a clone has none. */
export const isSwitched = /^vars\.GATEKEY_(?:STACK|RELEASE) != ''(?: && |$)/

/** What a workflow of ours does that none may: a line each, with the job. */
export function broken({ on, permissions, concurrency, jobs, env = {} }: Workflow, text: string): readonly string[] {
  const all = Object.entries(jobs)
  return [
    ...(isEmpty(permissions) ? [] : ["workflow: permissions are not empty"]),
    ...(concurrency === undefined ? ["workflow: no concurrency"] : []),
    ...(JSON.stringify(env).includes("secrets.") ? ["workflow: a secret for all jobs"] : []),
    ...unpinned(text),
    ...all.flatMap(([name, job]) => brokenIn(job, on).map((rule) => `${name}: ${rule}`)),
    ...(all.some(([, { if: guard = "", needs }]) => needs === undefined && !isSwitched.test(guard))
      ? ["workflow: runs without its setting"]
      : []),
  ]
}

/** An action by its commit, with its version in a comment; so whoever moves the tag changes nothing here. */
function unpinned(text: string): readonly string[] {
  const used = text.split("\n").filter((line) => /^\s*(?:- )?uses:/.test(line))
  return used
    .filter((line) => !/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))
    .map((line) => `not pinned: ${line.trim()}`)
}

function brokenIn(job: Job, on: Workflow["on"]): readonly string[] {
  const secret = (part: unknown) => /secrets\.|secrets\[/.test(JSON.stringify(part ?? ""))
  const scopes = scopesOf(job.permissions)
  // An id-token changes nothing at GitHub: npm takes it instead of a token that somebody keeps.
  const writes = scopes.filter(([scope, level]) => level !== "read" && scope !== "id-token").map(([scope]) => scope)
  const { steps } = job
  const rotates = steps.some(({ run = "" }) => run.includes("github.sh rotate"))
  return [
    ...(job.permissions === undefined ? ["no permissions of its own"] : []),
    ...(typeof job.permissions === "string" ? ["permissions for everything"] : []),
    ...(writes.length > 1 && !rotates ? [`writes more than one thing: ${writes.join(", ")}`] : []),
    ...(writes.length > 0 && job.environment !== undefined && !rotates ? ["writes, and has an environment"] : []),
    ...(writes.length > 0 && /passphrase|SSH_KEY/i.test(JSON.stringify(steps)) ? ["writes, and decrypts"] : []),
    ...(secret(job) && job.environment === undefined ? ["a secret without an environment"] : []),
    ...(secret(job.env) ? ["a secret for all steps"] : []),
    ...(secret(steps.map(({ with: inputs }) => inputs)) ? ["a secret for an action"] : []),
    ...(job.environment !== undefined && /github\.|inputs\./.test(job.environment)
      ? ["an environment by request"]
      : []),
    ...steps.flatMap((step) => brokenStep(step, "pull_request_target" in on)),
    ...("pull_request" in on && (secret(job) || job.environment !== undefined)
      ? ["secrets for a workflow that a pull request brings"]
      : []),
  ]
}

function brokenStep({ uses = "", run = "", with: inputs = {} }: Step, target: boolean): readonly string[] {
  const checkout = uses.startsWith("actions/checkout@")
  return [
    ...(run.includes("${{") ? ["an expression in a script"] : []),
    ...(/set -x|\benv\b$|printenv/m.test(run) ? ["a script that prints its environment"] : []),
    ...(checkout && inputs["persist-credentials"] !== false ? ["a checkout that leaves the token in .git"] : []),
    ...(checkout && target && ("ref" in inputs || "repository" in inputs) ? ["a checkout of another's code"] : []),
    ...(target && /git (?:fetch|checkout|merge|pull)|gh pr checkout/.test(run) ? ["a script that brings code"] : []),
    ...(uses.startsWith("actions/setup-node@") && inputs["package-manager-cache"] !== false
      ? ["a cache that others write"]
      : []),
    ...(/npm (?:ci|install)/.test(run) && !run.includes("--ignore-scripts") ? ["scripts of packages"] : []),
  ]
}

function scopesOf(permissions: Permissions = {}): readonly (readonly [string, string])[] {
  return typeof permissions === "string" ? [[permissions, permissions]] : Object.entries(permissions)
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0
}

import * as v from "valibot"
import { type Config, schema } from "./schema.ts"

export type { Config } from "./schema.ts"

export type Parsed = { readonly config: Config } | { readonly problems: readonly string[] }

/**
 * What stands under `gatekey:` in Pulumi.<stack>.yaml, checked; or every problem, a line each: the key, what was found
 * (never what could be a secret) and what is allowed.
 */
export function parseConfig(input: unknown): Parsed {
  const parsed = v.safeParse(schema, input)
  const lines = [...reserved(input), ...(parsed.issues ?? []).map(line)]
  const problems = [...new Set(lines)]
  return parsed.success && problems.length === 0 ? { config: parsed.output } : { problems }
}

type Step = { readonly key: unknown; readonly origin?: unknown }

function line(issue: v.BaseIssue<unknown>): string {
  const steps = (issue.path ?? []) as readonly Step[]
  const place = keyPath(steps.map((step) => step.key))
  if (issue.message.startsWith("no such key")) return `${place}: ${issue.message}`
  const found = issue.input === undefined ? "missing" : `found ${shown(steps, issue.input)}`
  return `${place}: ${found}; ${issue.message}`
}

/** `gatekey:nodes.tw.manager`, in the syntax of `pulumi config set --path`. */
export function keyPath([first = "", ...rest]: readonly unknown[]): string {
  const step = (one: unknown) => (/^[A-Za-z_][\w-]*$/.test(String(one)) ? `.${one}` : `[${JSON.stringify(one)}]`)
  return `gatekey:${first}${rest.map(step).join("")}`
}

/**
 * A value as it was found. Under `token` only what is too short to be one is shown, under `adopt` nothing, and no
 * command, in which somebody may have written a secret.
 */
function shown(steps: readonly Step[], input: unknown): string {
  if (Array.isArray(input)) return "a list"
  if (input === null) return "nothing"
  if (typeof input === "object") return "a mapping"
  const [group, key, ...rest] = steps.map((step) => step.key)
  const short = key !== undefined && key !== "adopt" && String(input).length <= 12
  if (group === "token" && !short) return `a ${typeof input === "string" ? "text" : typeof input}`
  if (group === "vault" && (key === "read" || key === "write")) return "a text"
  if (group === "afterRotation" && !["name", "host", "hostKey"].includes(String(rest[0])))
    return input === "" ? "an empty text" : `a ${typeof input === "string" ? "text" : typeof input}`
  const text = JSON.stringify(input)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

/** Names that a mapping in JavaScript does not keep. */
function reserved(input: unknown): string[] {
  return ["gateways", "nodes", "containers"].flatMap((group) => {
    const members = (input as { [group: string]: unknown } | undefined)?.[group]
    if (typeof members !== "object" || members === null) return []
    return ["__proto__", "constructor", "prototype"]
      .filter((name) => Object.hasOwn(members, name))
      .map((name) => `${keyPath([group, name])}: found ${JSON.stringify(name)}; allowed: any other name`)
  })
}

import * as v from "valibot"
import { shown } from "../core/escape.ts"
import { describeKind, describeName } from "../core/kind.ts"
import { type Config, schema } from "./schema.ts"
import { knownKey } from "./shapes.ts"

export type { Config } from "./schema.ts"

export type Parsed = { readonly config: Config } | { readonly problems: readonly string[] }

/**
 * Checks the values under `gatekey:` in Pulumi.<stack>.yaml. Reports each problem in one line: the key, what was found
 * (its kind, never its value) and what was expected.
 */
export function parseConfig(input: unknown): Parsed {
  const parsed = v.safeParse(schema, input)
  const lines = [...reservedNames(input), ...(parsed.issues ?? []).map(describeIssue)]
  const problems = [...new Set(lines)]
  return parsed.success && problems.length === 0 ? { config: parsed.output } : { problems }
}

type Step = { readonly key: unknown; readonly origin?: unknown }

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const steps = (issue.path ?? []) as readonly Step[]
  const place = keyPath(steps.map((step) => step.key))
  if (issue.expected === knownKey) return `${place}: ${issue.message}`
  const found = issue.input === undefined ? "missing" : `found ${describeKind(issue.input)}`
  return `${place}: ${found}; ${issue.message}`
}

/** Formats a key such as `gatekey:nodes.tw.manager`, in the syntax of `pulumi config set --path`. */
export function keyPath([first = "", ...rest]: readonly unknown[]): string {
  const step = (one: unknown) => {
    if (typeof one === "number") return `[${one}]`
    const name = describeName(shown(String(one)))
    return /^[A-Za-z_][\w-]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
  }
  return `gatekey:${describeName(shown(String(first)))}${rest.map(step).join("")}`
}

/** Reports names that a mapping in JavaScript cannot contain. */
function reservedNames(input: unknown): string[] {
  return ["gateways", "nodes", "guard", "clients", "containers"].flatMap((group) => {
    const members = (input as { [group: string]: unknown } | undefined)?.[group]
    if (typeof members !== "object" || members === null) return []
    return ["__proto__", "constructor", "prototype"]
      .filter((name) => Object.hasOwn(members, name))
      .map((name) => `${keyPath([group, name])}: expected any other name`)
  })
}

import { isDeepStrictEqual } from "node:util"
import { isSecret, type Raw } from "../../support/engine/wire.ts"

export interface Change {
  /** Such as `triggers[0]` or `environment.HOME`. */
  readonly path: string
  readonly kind: "add" | "delete" | "update" | "add-replace" | "delete-replace"
}

/**
 * infer, resource.go, Diff: any input that differs is a difference; one whose path is in the schema with
 * `replaceOnChanges` replaces. The schema has `triggers` (common/inputs.go), but the path of a trigger that changes is
 * `triggers[0]`, which it has not: it is the SDK of @pulumi/command that has the engine replace then.
 */
export function differences(olds: Raw, news: Raw): Change[] {
  return within("", olds, news).map(({ path, kind }) =>
    path === "triggers" && kind !== "update" ? { path, kind: `${kind}-replace` as Change["kind"] } : { path, kind },
  )
}

function within(at: string, olds: Raw, news: Raw): Change[] {
  const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])]
  return keys.flatMap((key) => {
    const path = Array.isArray(news) ? `${at}[${key}]` : at === "" ? key : `${at}.${key}`
    return between(path, olds[key], news[key])
  })
}

function between(path: string, old: unknown, now: unknown): Change[] {
  if (isDeepStrictEqual(old, now)) return []
  if (old === undefined) return [{ path, kind: "add" }]
  if (now === undefined) return [{ path, kind: "delete" }]
  if (isTree(old) && isTree(now) && Array.isArray(old) === Array.isArray(now)) return within(path, old, now)
  return [{ path, kind: "update" }]
}

/** A secret is one value, whatever is in it. */
function isTree(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !isSecret(value)
}

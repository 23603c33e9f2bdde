import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { isMapping, type Mapping } from "../../core/mapping.ts"
import { maskStrictly } from "../../core/mask.ts"
import { formatScalar } from "../../core/scalar.ts"
import type { UpdateRecord } from "./record.ts"

const kinds = ["update", "destroy"]

/**
 * Parses the runs that `pulumi stack history --json` printed, the latest first. It reads only the number of the configuration,
 * and whether a token was adopted: the configuration may contain an unencrypted secret.
 * @throws UserError if it is not such a list
 */
export function runsIn(text: string): readonly UpdateRecord[] {
  const all = parseList(text)
  return all.filter(isMapping).filter(isRun).map(runOf)
}

function parseList(text: string): readonly unknown[] {
  try {
    const all = JSON.parse(text)
    if (Array.isArray(all)) return all
  } catch {}
  throw new UserError("`pulumi stack history --json` did not print a list")
}

function isRun({ kind, startTime }: Mapping): boolean {
  return kinds.includes(formatScalar(kind)) && !Number.isNaN(Date.parse(formatScalar(startTime)))
}

function runOf({
  kind,
  version,
  startTime,
  endTime,
  result,
  message,
  environment,
  config,
  resourceChanges,
}: Mapping): UpdateRecord {
  const begun = new Date(formatScalar(startTime)).toISOString()
  const ended = Date.parse(formatScalar(endTime))
  const counts = isMapping(resourceChanges) ? resourceChanges : {}
  const run = {
    source: "update",
    ...(Number.isSafeInteger(version) && Number(version) > 0 ? { version: Number(version) } : {}),
    begun,
    at: Number.isNaN(ended) ? begun : new Date(ended).toISOString(),
    outcome: result === "succeeded" || result === "failed" ? result : "running",
    changes: Object.entries(counts).reduce(
      (sum, [op, count]) => sum + (op === "same" || typeof count !== "number" ? 0 : count),
      0,
    ),
    // A destroy with targets leaves other resources the same.
    emptied: kind === "destroy" && result === "succeeded" && counts.same === undefined,
  } as const
  return { ...run, ...askedIn(isMapping(config) ? config : {}), ...causeIn(message, environment) }
}

function askedIn({ "gatekey:token": entry }: Mapping): Pick<UpdateRecord, "rotation" | "adopts"> {
  const token = isMapping(entry) ? entry.objectValue : undefined
  if (!isMapping(token)) return {}
  const { rotation, adopt } = token
  const number = Number.isSafeInteger(rotation) && Number(rotation) >= 1 ? { rotation: Number(rotation) } : {}
  return { ...number, adopts: adopt !== undefined }
}

function causeIn(message: unknown, environment: unknown): Pick<UpdateRecord, "why" | "author" | "commit" | "dirty"> {
  const known = isMapping(environment) ? environment : {}
  const { "git.head": commit, "git.author": author, "git.dirty": dirty } = known
  const at = typeof commit === "string" && isCommit(commit) ? { commit, dirty: dirty === "true" } : {}
  return { ...firstLine("why", message), ...firstLine("author", author), ...at }
}

export function isCommit(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

/** Returns the first line of untrusted text. */
function firstLine<K extends string>(key: K, text: unknown): { readonly [key in K]?: string } {
  const first = typeof text === "string" ? (text.trim().split(/[\r\n]/)[0] ?? "") : ""
  return first === "" ? {} : ({ [key]: shown(maskStrictly(first)) } as { [key in K]: string })
}

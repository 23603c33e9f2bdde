import { UserError } from "../../../core/errors.ts"
import { readPlist } from "../../../places/plist/plist.ts"
import type { Value } from "../../../places/plist/value.ts"
import type { Job } from "./print.ts"

/**
 * Whether the file says something else than what launchd has in memory, which has no time stamp: arguments, environment
 * and folders, as far as `print` tells them. A value of several lines cannot be told from `print`, and is left out.
 */
export function differs(file: Uint8Array, job: Job): boolean {
  const top = topOf(file)
  if (!top) return true
  const text = (key: string) => held(top, key)?.text ?? ""
  const words = held(top, "ProgramArguments")
    ?.items()
    .map((item) => item.text) ?? [text("Program")]
  const environment = (held(top, "EnvironmentVariables")?.entries() ?? []).map(
    ({ key, value }) => [key, value.text] as const,
  )
  const long = new Set(environment.filter(([, value]) => value.includes("\n")).map(([name]) => name))
  const short = (entries: Iterable<readonly [string, string]>) => {
    return [...new Map(entries)]
      .filter(([name]) => !long.has(name))
      .map(([name, value]) => `${name}=${value}`)
      .sort()
  }
  return (
    !(same(words, job.words) || words.some((word) => word.includes("\n"))) ||
    !same(short(environment), short(job.environment)) ||
    text("WorkingDirectory") !== (job.top.get("working directory") ?? "") ||
    text("StandardOutPath") !== (job.top.get("stdout path") ?? "")
  )
}

function topOf(file: Uint8Array): Value | undefined {
  try {
    const { top } = readPlist(file)
    return top.kind === "dict" ? top : undefined
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** Of equal keys the last one counts. */
function held(top: Value, key: string): Value | undefined {
  return top.entries().findLast((entry) => entry.key === key)?.value
}

function same(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, at) => word === other[at])
}

import { UserError } from "../../../core/errors.ts"
import { readPlist } from "../../../places/plist/plist.ts"
import type { Value } from "../../../places/plist/value.ts"
import type { Job } from "./print.ts"

/**
 * Checks whether the file differs from the job in launchd's memory, which has no time stamp: arguments, environment and folders,
 * as far as `print` reports them. A value of several lines cannot be recognised in `print`, and is skipped.
 */
export function differsFromJob(file: Uint8Array, job: Job): boolean {
  const top = readTop(file)
  if (!top) return true
  const stringOf = (key: string) => findValue(top, key)?.text ?? ""
  const commandLine = findValue(top, "ProgramArguments")
    ?.items()
    .map((item) => item.text) ?? [stringOf("Program")]
  const environment = (findValue(top, "EnvironmentVariables")?.entries() ?? []).map(
    ({ key, value }) => [key, value.text] as const,
  )
  const long = new Set(environment.filter(([, value]) => value.includes("\n")).map(([name]) => name))
  const formatShort = (entries: Iterable<readonly [string, string]>) => {
    return [...new Map(entries)]
      .filter(([name]) => !long.has(name))
      .map(([name, value]) => `${name}=${value}`)
      .sort()
  }
  return (
    !(equalLists(commandLine, job.commandLine) || commandLine.some((word) => word.includes("\n"))) ||
    !equalLists(formatShort(environment), formatShort(job.environment)) ||
    stringOf("WorkingDirectory") !== (job.top.get("working directory") ?? "") ||
    stringOf("StandardOutPath") !== (job.top.get("stdout path") ?? "")
  )
}

function readTop(file: Uint8Array): Value | undefined {
  try {
    const { top } = readPlist(file)
    return top.kind === "dict" ? top : undefined
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** Finds a key's value; of equal keys the last one counts. */
function findValue(top: Value, key: string): Value | undefined {
  return top.entries().findLast((entry) => entry.key === key)?.value
}

function equalLists(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, at) => word === other[at])
}

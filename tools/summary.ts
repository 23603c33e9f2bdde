// What CI's last lines say, from the JSON reports of vitest's runs. A skipped test counts as failed there: CI must run everything.
import { existsSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { pathToFileURL } from "node:url"
import { type FileTime, times } from "./times.ts"

export interface Report {
  success: boolean
  numPassedTests: number
  numFailedTests: number
  numPendingTests: number
  numTodoTests: number
  testResults: FileResult[]
}

interface FileResult extends FileTime {
  readonly status: string
  readonly message?: string
  readonly assertionResults: readonly Assertion[]
}

interface Assertion {
  status: string
  fullName: string
  failureMessages: string[]
}

interface Trouble {
  count: number
  what: string
}

const ofReport = (report: Report): Trouble[] => {
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0)
  const known = report.numFailedTests + broken.length
  const ran = report.numPassedTests + known > 0
  return [
    { count: report.numPendingTests + report.numTodoTests, what: "skipped, though CI runs every test" },
    { count: broken.length, what: "test file did not load" },
    { count: ran && known === 0 && !report.success ? 1 : 0, what: "error outside of any test" },
    { count: ran ? 0 : 1, what: "no test ran" },
  ]
}

const firstLine = (text = ""): string => text.split("\n", 1)[0] ?? ""

/** A line for each test that failed, also for who sees only the end of a log. */
const failures = (report: Report): string[] =>
  report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(process.cwd(), name)
    if (status === "failed" && assertionResults.length === 0) return [`failed: ${file}: ${firstLine(message)}`]
    return assertionResults
      .filter((each) => each.status === "failed")
      .map(({ fullName, failureMessages }) => `failed: ${file} > ${fullName}: ${firstLine(failureMessages[0])}`)
  })

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

/**
 * The lines to print: each test that failed, what else counts as failed, then `N passed, N failed`.
 * @param reports one a run; undefined for a run that left none
 */
export const summary = (reports: readonly (Report | undefined)[], lintFailed: boolean): string[] => {
  const left = reports.filter((report) => report !== undefined)
  const troubles = [
    { count: lintFailed ? 1 : 0, what: "lint" },
    { count: reports.length - left.length, what: "the tests left no report" },
    ...left.flatMap(ofReport),
  ].filter(({ count }) => count > 0)
  const failed = sum(
    [...troubles, ...left.map((report) => ({ count: report.numFailedTests }))].map(({ count }) => count),
  )
  return [
    ...left.flatMap(failures),
    ...troubles.map(({ count, what }) => `counted as failed: ${count} (${what})`),
    `${sum(left.map((report) => report.numPassedTests))} passed, ${failed} failed`,
  ]
}

const read = (file: string): Report | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8"))
  } catch {
    return undefined
  }
}

/** What `test/support/usage.ts` wrote beside the reports. */
const usageIn = (files: readonly string[]): Map<string, number> => {
  const logs = [...new Set(files.map((file) => join(dirname(file), "usage")))].filter((log) => existsSync(log))
  const lines = logs.flatMap((log) => readFileSync(log, "utf8").split("\n").filter(Boolean))
  return new Map(lines.map((line) => JSON.parse(line)).map(({ file, cpu }) => [file, cpu]))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const words = process.argv.slice(2)
  const files = words.filter((word) => word !== "lint-failed")
  const reports = files.length > 0 ? files.map(read) : [undefined]
  const usage = usageIn(files)
  const lines = [
    ...times(
      reports.flatMap((report) => report?.testResults ?? []),
      usage,
    ),
    ...summary(reports, files.length < words.length),
  ]
  process.stdout.write(`${lines.join("\n")}\n`)
  process.exitCode = lines.at(-1)?.endsWith(", 0 failed") ? 0 : 1
}

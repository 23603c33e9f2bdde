// Prints CI's last lines, from the JSON reports of vitest's runs. A skipped test counts as failed there: CI must run everything.
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

const isBroken = ({ status, assertionResults }: FileResult) => status === "failed" && assertionResults.length === 0

/** Removes the files that did not begin: they are not failures. */
const without = (late: ReadonlySet<string>, report: Report): Report => {
  const testResults = report.testResults.filter(({ name }) => !late.has(name))
  const isLess = testResults.length < report.testResults.length
  const success = report.success || (isLess && testResults.every(({ status }) => status === "passed"))
  return { ...report, testResults, success }
}

const notRun = (late: ReadonlySet<string>): string[] =>
  late.size === 0
    ? []
    : [`not run, as the time was over: ${[...late].map((file) => relative(process.cwd(), file)).join(" ")}`]

const ofReport = (report: Report): Trouble[] => {
  const broken = report.testResults.filter(isBroken)
  const known = report.numFailedTests + broken.length
  const ran = report.numPassedTests + known > 0
  return [
    { count: report.numPendingTests + report.numTodoTests, what: "skipped, though CI runs every test" },
    { count: broken.length, what: "test file did not load" },
    { count: ran && known === 0 && !report.success ? 1 : 0, what: "error outside of any test" },
    { count: ran ? 0 : 1, what: "no test ran" },
  ]
}

/** Formats the first line; when that is the output of Pulumi, then with what it calls an error. */
const inShort = (text = ""): string => {
  const [first = "", ...others] = text.split("\n")
  const errors = others.filter((line) => /^ *error: /.test(line)).map((line) => line.trim())
  return [first, ...errors].join(" ")
}

/** Lists the tests that failed, a line each, for readers of the end of a log. */
const failures = (report: Report): string[] =>
  report.testResults.flatMap((result) => {
    const file = relative(process.cwd(), result.name)
    if (isBroken(result)) return [`failed: ${file}: ${inShort(result.message)}`]
    return result.assertionResults
      .filter((each) => each.status === "failed")
      .map(({ fullName, failureMessages }) => `failed: ${file} > ${fullName}: ${inShort(failureMessages[0])}`)
  })

const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0)

/**
 * Formats the lines to print: each test that failed, what else counts as failed, then `N passed, N failed`.
 * @param reports one a run; undefined for a run that left none
 * @param late the files whose turn came too late, as `test/support/deadline.ts` wrote
 */
export const summary = (
  reports: readonly (Report | undefined)[],
  lintFailed: boolean,
  late: ReadonlySet<string> = new Set(),
): string[] => {
  const left = reports.filter((report) => report !== undefined).map((report) => without(late, report))
  const troubles = [
    { count: lintFailed ? 1 : 0, what: "lint" },
    { count: reports.length - left.length, what: "the tests left no report" },
    ...left.flatMap(ofReport),
  ].filter(({ count }) => count > 0)
  const failed = sum(
    [...troubles, ...left.map((report) => ({ count: report.numFailedTests }))].map(({ count }) => count),
  )
  return [
    ...notRun(late),
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

interface Line {
  readonly file: string
  /** Seconds, by `test/support/usage.ts`. */
  readonly cpu?: number
  readonly late?: true
}

/** Reads what the tests' own set-up wrote beside the reports. */
const linesBeside = (files: readonly string[]): Line[] => {
  const logs = [...new Set(files.map((file) => join(dirname(file), "usage")))].filter((log) => existsSync(log))
  return logs
    .flatMap((log) => readFileSync(log, "utf8").split("\n").filter(Boolean))
    .map((line): Line => JSON.parse(line))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const args = process.argv.slice(2)
  const files = args.filter((each) => each !== "lint-failed")
  const reports = files.length > 0 ? files.map(read) : [undefined]
  const beside = linesBeside(files)
  const late = new Set(beside.filter((line) => line.late).map(({ file }) => file))
  const usage = new Map(beside.flatMap(({ file, cpu }): [string, number][] => (cpu === undefined ? [] : [[file, cpu]])))
  const ran = reports.flatMap((report) => report?.testResults ?? []).filter(({ name }) => !late.has(name))
  const lines = [...times(ran, usage), ...summary(reports, files.length < args.length, late)]
  process.stdout.write(`${lines.join("\n")}\n`)
  process.exitCode = lines.at(-1)?.endsWith(", 0 failed") ? 0 : 1
}

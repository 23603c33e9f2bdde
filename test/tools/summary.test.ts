import { resolve } from "node:path"
import { expect, test } from "vitest"
import { type Report, summary } from "../../tools/summary.ts"
import { times } from "../../tools/times.ts"

const clean: Report = {
  success: true,
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
}
const name = resolve("test/some.test.ts")
const at = { startTime: 0, endTime: 0 }
const unloaded = { ...at, name, status: "failed", message: "SyntaxError: no\n  at line 1", assertionResults: [] }

test.each<[string, Report | undefined, boolean, string]>([
  ["all passed", clean, false, "12 passed, 0 failed"],
  ["a failure", { ...clean, success: false, numFailedTests: 2 }, false, "12 passed, 2 failed"],
  ["skipped and todo tests", { ...clean, numPendingTests: 3, numTodoTests: 1 }, false, "12 passed, 4 failed"],
  ["a file that does not load", { ...clean, success: false, testResults: [unloaded] }, false, "12 passed, 1 failed"],
  ["an error outside of any test", { ...clean, success: false }, false, "12 passed, 1 failed"],
  ["no test at all", { ...clean, numPassedTests: 0, testResults: [] }, false, "0 passed, 1 failed"],
  ["no report", undefined, false, "0 passed, 1 failed"],
  ["lint", clean, true, "12 passed, 1 failed"],
])("%s", (_what, report, lintFailed, last) => {
  const lines = summary([report], lintFailed)
  expect(lines.at(-1)).toBe(last)
  const counted = lines.filter((line) => line.startsWith("counted as failed: "))
  expect(counted).toHaveLength(last.endsWith(" 0 failed") || report?.numFailedTests ? 0 : 1)
})

test("names what failed, at the end of the log", () => {
  const assertionResults = [
    { status: "passed", fullName: "a fleet is written", failureMessages: [] },
    { status: "failed", fullName: "a fleet is read", failureMessages: ["AssertionError: 1 is not 2\n  at line 3"] },
  ]
  const testResults = [{ ...at, name, status: "failed", message: "", assertionResults }, unloaded]
  expect(summary([{ ...clean, success: false, numFailedTests: 1, testResults }], false)).toEqual([
    "failed: test/some.test.ts > a fleet is read: AssertionError: 1 is not 2",
    "failed: test/some.test.ts: SyntaxError: no",
    "counted as failed: 1 (test file did not load)",
    "12 passed, 2 failed",
  ])
})

test("adds what Pulumi calls an error, wherever in its output", () => {
  const output = "AssertionError: Updating (dev):\n  gatekey:index:Token (token):\n    error: two tokens\n    at line 3"
  const assertionResults = [{ status: "failed", fullName: "a fleet is read", failureMessages: [output] }]
  const testResults = [{ ...at, name, status: "failed", message: "", assertionResults }]
  expect(summary([{ ...clean, success: false, numFailedTests: 1, testResults }], false)[0]).toBe(
    "failed: test/some.test.ts > a fleet is read: AssertionError: Updating (dev): error: two tokens",
  )
})

test("names what did not begin, as the time was over, and counts it neither way", () => {
  const late = new Set([name])
  const passed = { ...at, name: resolve("test/other.test.ts"), status: "passed", assertionResults: [] }
  const left = { ...clean, success: false, testResults: [unloaded, passed] }
  const line = "not run, as the time was over: test/some.test.ts"
  expect(summary([left], false, late)).toEqual([line, "12 passed, 0 failed"])
  const failed = { ...left, numFailedTests: 1, testResults: [unloaded, { ...passed, status: "failed" }] }
  expect(summary([failed], false, late).at(-1)).toBe("12 passed, 2 failed")
  expect(summary([{ ...left, testResults: [unloaded] }], false, late)).toEqual([line, "12 passed, 0 failed"])
})

test("adds up the runs, and counts one that left no report", () => {
  const failed = { ...clean, success: false, numPassedTests: 3, numFailedTests: 2 }
  expect(summary([clean, failed, undefined], false)).toEqual([
    "counted as failed: 1 (the tests left no report)",
    "15 passed, 3 failed",
  ])
})

test("reports where the time went: the totals, then the twenty slowest files", () => {
  const took = (file: string, seconds: number) => ({
    name: resolve(file),
    startTime: 5000,
    endTime: 5000 + 1000 * seconds,
  })
  const small = Array.from({ length: 30 }, (_, at) => took(`test/core/${at}.test.ts`, 1))
  const files = [...small, took("test/engine/drift.test.ts", 70), took("test/cli/scan/scan.test.ts", 9)]
  const usage = new Map([
    [resolve("test/engine/drift.test.ts"), 61.4],
    [resolve("test/cli/scan/scan.test.ts"), 8],
  ])
  const lines = times(files, usage)
  expect(lines.slice(0, 5)).toEqual([
    "unit tests: 31 files, 39 s, of which CPU 8 s",
    "engine tests: 1 files, 70 s, of which CPU 61 s",
    "seconds    CPU  the slowest files",
    "     70     61  test/engine/drift.test.ts",
    "      9      8  test/cli/scan/scan.test.ts",
  ])
  expect(lines).toHaveLength(3 + 20)
  expect(lines.at(-1)).toMatch(/^ {6}1 {6}\? {2}test\/core\/\d+\.test\.ts$/)
  expect(times([], new Map())).toEqual([])
})

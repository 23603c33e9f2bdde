import { resolve } from "node:path"
import { expect, test } from "vitest"
import { type Report, summary } from "../../tools/summary.ts"

const clean: Report = {
  success: true,
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
}
const name = resolve("test/some.test.ts")
const unloaded = { name, status: "failed", message: "SyntaxError: no\n  at line 1", assertionResults: [] }

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
  const testResults = [{ name, status: "failed", message: "", assertionResults }, unloaded]
  expect(summary([{ ...clean, success: false, numFailedTests: 1, testResults }], false)).toEqual([
    "failed: test/some.test.ts > a fleet is read: AssertionError: 1 is not 2",
    "failed: test/some.test.ts: SyntaxError: no",
    "counted as failed: 1 (test file did not load)",
    "12 passed, 2 failed",
  ])
})

test("adds up the runs, and counts one that left no report", () => {
  const failed = { ...clean, success: false, numPassedTests: 3, numFailedTests: 2 }
  expect(summary([clean, failed, undefined], false)).toEqual([
    "counted as failed: 1 (the tests left no report)",
    "15 passed, 3 failed",
  ])
})

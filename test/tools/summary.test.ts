import { expect, test } from "vitest"
import { type Report, summary } from "../../tools/summary.ts"

const clean: Report = {
  success: true,
  numPassedTests: 12,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: "passed", assertionResults: [{}] }],
}
const unloaded = { status: "failed", assertionResults: [] }

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
  const lines = summary(report, lintFailed)
  expect(lines.at(-1)).toBe(last)
  expect(lines).toHaveLength(last.endsWith(" 0 failed") || report?.numFailedTests ? 1 : 2)
})

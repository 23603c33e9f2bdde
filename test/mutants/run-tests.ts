import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, readFileSync, rmSync } from "node:fs"
import { join, relative } from "node:path"

/** A test that failed. */
export interface FailedTest {
  readonly file: string
  readonly name: string
}

export interface TestRun {
  readonly passed: number
  readonly failed: readonly FailedTest[]
  /** Files whose tests could not run at all. */
  readonly broken: readonly string[]
}

/** The group of the tests that run now. */
let running: number | undefined

/** Ends the tests that run now, and what they started in their group. */
export function endTests(): void {
  if (running !== undefined) process.kill(-running, "SIGKILL")
}

interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly status: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** Runs tests of a copy of the tree. @param names only the tests of these full names @param bail ends at the first failure */
export async function runTests(
  copy: string,
  paths: readonly string[],
  { names = [], bail = false }: { readonly names?: readonly string[]; readonly bail?: boolean } = {},
): Promise<TestRun> {
  const output = join(copy, ".mutant-report.json")
  rmSync(output, { force: true })
  const pattern = names.map((name) => `^${escapePattern(name)}$`).join("|")
  const words = [
    ...["node_modules/vitest/vitest.mjs", "run", "--project=quick", "--project=unit", "--project=engine"],
    ...["--reporter=json", `--outputFile=${output}`],
    ...(bail ? ["--bail=1"] : []),
    ...(names.length > 0 ? [`--testNamePattern=${pattern}`] : []),
    ...paths,
  ]
  const child = spawn(process.execPath, words, { cwd: copy, env: environment(), stdio: "ignore", detached: true })
  running = child.pid
  await once(child, "exit")
  running = undefined
  if (!existsSync(output)) return { passed: 0, failed: [], broken: [...paths] }
  return readReport(copy, JSON.parse(readFileSync(output, "utf8")))
}

function readReport(copy: string, { testResults }: Report): TestRun {
  const all = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ status, fullName }) => ({ file: relative(copy, name), name: fullName, status })),
  )
  const failed = all.filter(({ status }) => status === "failed").map(({ file, name }) => ({ file, name }))
  const broken = testResults
    .map(({ name, status }) => ({ file: relative(copy, name), status }))
    .filter(({ file, status }) => status === "failed" && !failed.some((each) => each.file === file))
    .map(({ file }) => file)
  return { passed: all.filter(({ status }) => status === "passed").length, failed, broken }
}

/** The environment without what a test run that starts this one has set for itself. */
function environment(): NodeJS.ProcessEnv {
  const own = /^(?:VITEST|VITEST_.*|NODE_ENV|TEST|TEST_.*|TESTS_.*|DEV|PROD|SSR|MODE|BASE_URL|NODE_V8_COVERAGE)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)))
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&")
}

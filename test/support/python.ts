import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"

/** Debian's own first, for which its packages are; another may come before it on PATH. */
const python = existsSync("/usr/bin/python3") ? "/usr/bin/python3" : "python3"

/** Whether Python and a module of it are here; with CI=true they have to be. */
export function hasPython(module: string): boolean {
  return Boolean(process.env.CI) || spawnSync(python, ["-c", `import ${module}`]).status === 0
}

/** What a script that reads JSON and prints JSON makes of the input. */
export function runPython<T>(script: string, input: unknown): T {
  const { status, stdout, stderr } = spawnSync(python, ["-c", script], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 1 << 30,
  })
  if (status !== 0) throw new Error(`${python} failed: ${stderr}`)
  return JSON.parse(stdout) as T
}

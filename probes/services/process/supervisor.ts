import { expandHome } from "../../../core/home.ts"
import { quoteForShell, shellFile } from "../../../core/shell.ts"
import { defaultDelay, type Program } from "../program.ts"

/**
 * Formats a shell script that keeps one program running: one instance at a time (a pid file with the start time), ten failures
 * in a row at most. TERM ends both; HUP lets the program end, which may take minutes, and restarts from the file.
 */
export function formatSupervisor(path: string, program: Program, home: string): string {
  const { command, environment = {}, environmentFile, folder, log, restartDelay = defaultDelay } = program
  const at = (each: string) => expandHome(each, home)
  const base = at(path).replace(/\.sh$/, "")
  const [first = "", ...rest] = command
  const exports = Object.entries(environment).map(([name, value]) => `  export ${name}=${quoteForShell(value)}`)
  const sourceLine =
    environmentFile &&
    `  set -a; [ ! -r ${quoteForShell(at(environmentFile))} ] || . ${quoteForShell(at(environmentFile))}; set +a`
  const lines = [
    `cd ${quoteForShell(folder === undefined ? home : at(folder))} || exit 1`,
    ...exports,
    ...(sourceLine ? [sourceLine] : []),
    `  exec ${[at(first), ...rest].map(quoteForShell).join(" ")}`,
  ]
  return `#!/bin/sh
# Written by gatekey; what is changed here is put back.
base=${quoteForShell(base)}
log=${quoteForShell(log === undefined ? `${base}.log` : at(log))}
delay=${restartDelay}
program() {
  ${lines.join("\n")}
}
${body}`
}

const body = shellFile("supervisor.sh", import.meta.url)

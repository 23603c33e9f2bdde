import { execFileSync } from "node:child_process"
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"

/** The shells of this machine, by their names. */
export const shells = ["dash", "bash", "zsh", "busybox sh"].filter(isThere)

function isThere(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name.split(" ")[0] ?? ""), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/**
 * What a variable holds after a shell sourced each of the files, each in a subshell of an empty environment: as a child
 * process sees it where `exported`, else as the shell itself does; undefined where it is unset or the file is no script.
 */
export function sourced(
  shell: string,
  files: readonly string[],
  name: string,
  exported: boolean,
): (string | undefined)[] {
  const show = exported ? showAll : `[ -z "\${${name}+x}" ] || printf '${name}=%s\\0' "$${name}"`
  return run(shell, files, show).map((held) => held.get(name))
}

/** All that each of the files exports. */
export function exportedBy(shell: string, files: readonly string[]): ReadonlyMap<string, string>[] {
  return run(shell, files, showAll)
}

const showAll = "exec /usr/bin/env -0"

function run(shell: string, files: readonly string[], show: string): Map<string, string>[] {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-shell-"))
  try {
    for (const [index, file] of files.entries()) writeFileSync(join(folder, `${index}`), file)
    // Without a trap bash gives way to a program that is the last command of a file.
    const script = `i=0; while [ $i -lt ${files.length} ]; do printf '#%s\\0' $i
      ( set +e; trap : 0; . ./$i >/dev/null 2>&1 </dev/null; ${show} ) 2>/dev/null; printf '\\0'; i=$((i+1)); done`
    writeFileSync(join(folder, "script"), script)
    const [program = "", ...words] = shell.split(" ")
    const output = execFileSync("/usr/bin/env", ["-i", whichOf(program), ...words, "./script"], {
      cwd: folder,
      maxBuffer: 1e8,
      stdio: ["ignore", "pipe", "ignore"], // a bash whose input is a socket reads ~/.bashrc
    })
    return byFile(output.toString("utf-8"), files.length)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The variables behind each `#INDEX` of what `env -0` wrote. */
export function byFile(output: string, count: number): Map<string, string>[] {
  const found = Array.from({ length: count }, () => new Map<string, string>())
  let index = -1
  for (const part of output.split("\0")) {
    if (/^#\d+$/.test(part)) index = Number(part.slice(1))
    const sign = part.indexOf("=")
    if (sign > 0) found[index]?.set(part.slice(0, sign), part.slice(sign + 1))
  }
  return found
}

function whichOf(shell: string): string {
  return execFileSync("/bin/sh", ["-c", `command -v ${shell}`], { encoding: "utf-8" }).trim()
}

import { execFileSync } from "node:child_process"
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"

/** The shells of this machine, by their names. */
export const shells = ["dash", "bash", "zsh"].filter(isThere)

function isThere(name: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
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
  const folder = mkdtempSync(join(tmpdir(), "gatekey-shell-"))
  try {
    for (const [index, file] of files.entries()) writeFileSync(join(folder, `${index}`), file)
    const show = exported ? "exec /usr/bin/env -0" : `[ -z "\${${name}+x}" ] || printf '${name}=%s\\0' "$${name}"`
    const script = `i=0; while [ $i -lt ${files.length} ]; do printf '#%s\\0' $i
      ( set +e; . ./$i >/dev/null 2>&1 </dev/null; ${show} ) 2>/dev/null; printf '\\0'; i=$((i+1)); done`
    writeFileSync(join(folder, "script"), script)
    const output = execFileSync("/usr/bin/env", ["-i", whichOf(shell), "./script"], {
      cwd: folder,
      maxBuffer: 1e8,
      stdio: ["ignore", "pipe", "ignore"], // a bash whose input is a socket reads ~/.bashrc
    })
    const found = new Map<number, string>()
    let index = -1
    for (const part of output.toString("utf-8").split("\0")) {
      if (/^#\d+$/.test(part)) index = Number(part.slice(1))
      if (part.startsWith(`${name}=`)) found.set(index, part.slice(name.length + 1))
    }
    return files.map((_file, index) => found.get(index))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function whichOf(shell: string): string {
  return execFileSync("/bin/sh", ["-c", `command -v ${shell}`], { encoding: "utf-8" }).trim()
}

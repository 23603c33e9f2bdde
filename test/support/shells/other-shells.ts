import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { byFile } from "./shells.ts"

const scripts = {
  fish: (count: number) => `for i in (seq 0 ${count - 1})
  printf '#%s\\0' $i
  source ./$i >/dev/null 2>&1 </dev/null
  env -0
  printf '\\0'
  for name in KEY END; set -e $name; set -eg $name; set -eU $name; end
end
true
`,
  csh: (count: number) => `set i = 0
while ( $i < ${count} )
  printf '#%s\\0' $i
  ( source ./$i ; env -0 )
  printf '\\0'
  @ i++
end
`,
}

const programs = { fish: ["fish", "--no-config"], csh: ["tcsh", "-f"] } as const

/** What each of the files exports when fish or tcsh sources it; of tcsh only what it reads to the end. */
export function exportedBy(family: "fish" | "csh", files: readonly string[]): ReadonlyMap<string, string>[] {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-shell-"))
  try {
    for (const [index, file] of files.entries()) writeFileSync(join(folder, `${index}`), file)
    writeFileSync(join(folder, "script"), scripts[family](files.length))
    const environment = [`PATH=${process.env.PATH}`, `HOME=${folder}`, `XDG_CONFIG_HOME=${folder}`, `X=xx`]
    const output = execFileSync("/usr/bin/env", ["-i", ...environment, ...programs[family], "./script"], {
      cwd: folder,
      maxBuffer: 1e9,
      stdio: ["ignore", "pipe", "ignore"],
    })
    return byFile(output.toString("utf-8"), files.length)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

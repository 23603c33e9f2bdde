import { spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, writeFileSync } from "node:fs"
import { delimiter, join, resolve } from "node:path"
import { folder } from "./machine.ts"

/** Begins as a host's sh does: the mark stands in the first line that it is sent. */
const begin = `IFS= read -r line; mark=\${line#*mark=}; mark=\${mark%%;*}
say() { printf '\\n%s %s\\n' "$mark" "$*"; }`

/** What a machine that is not ours may answer with, whatever it is asked. */
export const answers = {
  "no end of bytes before it begins": "exec cat /dev/zero",
  "no end of bytes": `${begin}\nsay begin\nexec cat /dev/zero`,
  "no end of marks": `${begin}\nsay begin\nexec yes "
$mark look 0"`,
  "two million marks": `${begin}\nsay begin\nyes "
$mark x" | head -n 4000000\nsay end 0`,
  "1 GB where 5 bytes were announced": `${begin}
say begin; say me 0 0; say machine m; say look 0; say real; printf /x; say writable; say entry
echo "1 -rw------- 1 0 0 5"; say bytes; head -c 1073741824 /dev/zero; say end 0`,
  "no end of lines on standard error": "exec yes 'a banner' >&2",
  "no end of lines on standard error, once it has begun": `${begin}\nsay begin\nexec yes 'a banner' >&2`,
  nothing: "exec sleep 3600",
  "nothing, once it has begun": `${begin}\nsay begin\nexec sleep 3600`,
} as const

/** A PATH on which \`ssh\` leads to such a machine. */
export function pathWithSsh(answer: string, more: Readonly<Record<string, string>> = {}): string {
  const bin = folder()
  for (const [name, script] of Object.entries({ ssh: answer, ...more })) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return `${bin}${delimiter}${process.env.PATH}`
}

/** What a process of ours comes to that does this with such a machine; `peak` is the most memory that it had, in MB. */
export async function met(
  answer: string,
  work: "look" | "run" | "dial",
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly outcome: string; readonly peak: number }> {
  const program = resolve(import.meta.dirname, "../hostile/hostile-process.ts")
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, work], {
    env: { ...process.env, PATH: pathWithSsh(answer), GATEKEY_SSH_CONFIG: "", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  })
  let said = ""
  child.stdout.on("data", (text) => (said += text))
  await once(child, "close")
  return JSON.parse(said)
}

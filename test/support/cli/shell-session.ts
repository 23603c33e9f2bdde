import { spawn } from "node:child_process"
import { randomUUID } from "node:crypto"

/** One shell of a user, in which a command finds what those before it did: the folder, the variables. */
export interface ShellSession {
  /** Runs lines of sh. @returns what they printed @throws Error with that, if one fails */
  run(lines: string): Promise<string>
  end(): void
}

export function shellSession(cwd: string, env: Readonly<Record<string, string>>): ShellSession {
  const child = spawn("bash", ["--norc", "--noprofile"], { cwd, env: { ...env }, stdio: ["pipe", "pipe", "pipe"] })
  let output = ""
  let arrived = () => {}
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      output += text
      arrived()
    })
  child.on("close", () => arrived())
  return {
    async run(lines) {
      output = ""
      const mark = randomUUID()
      // The commands get no input: a question would wait for ever.
      child.stdin.write(`{ ${lines}\n} </dev/null; echo "${mark} $?"\n`)
      for (;;) {
        const [, code] = new RegExp(`${mark} (\\d+)\\n`).exec(output) ?? []
        const printed = output.replace(new RegExp(`${mark} \\d+\\n`), "")
        if (code === "0") return printed
        if (code !== undefined || child.exitCode !== null) throw new Error(`${lines}\nended with ${code}:\n${printed}`)
        await new Promise<void>((done) => (arrived = done))
      }
    },
    end: () => child.kill(),
  }
}

import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { lstatSync, readdirSync, readFileSync } from "node:fs"
import { join, relative } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import type { Haystack } from "./canary.ts"
import { type Source, sourceOfFile } from "./sources.ts"

/** Everything that a run left behind or showed, kept in memory until its secrets are all known. */
export interface Recorder {
  output(name: string, text: string, source?: Source): void
  /** All files below, as they are now; links are not followed. */
  files(folder: string, left?: readonly string[]): void
  /** What the processes below ours were started with, so far. */
  processes(): Promise<void>
  readonly haystacks: readonly Haystack[]
  end(): Promise<void>
}

/** @param folder processes that were started with its name count as well, also those that are nobody's children any more */
export function recorder(folder = ""): Recorder {
  const haystacks: Haystack[] = []
  const known = new Set<string>()
  const keep = (name: string, bytes: Buffer, source: Source) => {
    const mark = createHash("sha256").update(source).update(bytes).digest("hex")
    if (!known.has(mark)) haystacks.push({ name, bytes, source })
    known.add(mark)
  }
  const sampler = spawn(process.execPath, [join(import.meta.dirname, "sampler.ts"), String(process.pid), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  const sampled: Buffer[] = []
  sampler.stdout.on("data", (lines) => sampled.push(lines))
  const files = (below: string, left: readonly string[] = []) => {
    for (const entry of readdirSync(below, { withFileTypes: true })) {
      const path = join(below, entry.name)
      if (left.includes(path)) continue
      const source = sourceOfFile(relative(folder, path))
      keep(path, Buffer.from(entry.name), source)
      if (entry.isDirectory()) files(path, left)
      else if (entry.isFile() && lstatSync(path).size > 0) keep(path, readFileSync(path), source)
    }
  }
  return {
    haystacks,
    files,
    output: (name, text, source = "output") => keep(name, Buffer.from(text), source),
    async processes() {
      await sleep(50)
      const lines = Buffer.concat(sampled.splice(0)).toString("latin1").split("\n")
      sampled.push(Buffer.from(lines.pop() ?? "", "latin1"))
      for (const line of lines) {
        const kind = line.split(" ")[1] ?? ""
        keep(`a process's ${kind}`, Buffer.from(line, "latin1"), kind === "environment" ? "environments" : "arguments")
      }
    },
    async end() {
      sampler.kill()
    },
  }
}

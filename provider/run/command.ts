import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"

/** What the engine was started for. The protocol does not tell; the command line of the engine, our parent, does. */
export class EngineCommand {
  #phase: "preview" | "up" | undefined
  #asked: string | undefined

  /** Whether we run for `pulumi destroy`: of ours, the preview of a deletion calls nothing but Read. */
  destroying(): boolean {
    return ["destroy", "down", "dn"].includes(this.#command())
  }

  /** What a Create or an Update tells of this process: the preview of an `up` and its work are not done by the same. */
  notePhase(preview: boolean): void {
    this.#phase = preview ? "preview" : "up"
  }

  /** Whether only a preview is made: as far as that was told, and else as the engine's command says. */
  previewing(): boolean {
    return this.#phase ? this.#phase === "preview" : ["preview", "pre"].includes(this.#command())
  }

  #command(): string {
    this.#asked ??= commandOf(engineCommand())
    return this.#asked
  }
}

function commandOf(words: readonly string[]): string {
  for (let at = 1; at < words.length; at++) {
    const word = words[at] ?? ""
    if (optionsWithValue.includes(word)) at++
    else if (!word.startsWith("-")) return word
  }
  return ""
}

/** Pulumi's options that can stand before its command and take the next word. */
const optionsWithValue = ["-C", "--cwd", "--color", "-v", "--verbose", "--tracing", "--profiling", "-s", "--stack"]

function engineCommand(): string[] {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${process.ppid}/cmdline`, "utf8").split("\0")
    return execFileSync("ps", ["-o", "args=", "-p", String(process.ppid)], { encoding: "utf8" })
      .trim()
      .split(" ")
  } catch {
    return []
  }
}

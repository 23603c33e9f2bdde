import { execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"

/** The command that the engine runs. The protocol does not contain it; the command line of the engine, our parent, does. */
export class EngineCommand {
  #phase: "preview" | "up" | undefined
  #name: string | undefined

  /** Checks whether the command is `pulumi destroy`: its preview calls only Read. */
  destroying(): boolean {
    return ["destroy", "down", "dn"].includes(this.#command())
  }

  /** Checks whether the command leaves out resources or their Reads. */
  isPartial(): boolean {
    return engineCommand().some((arg) => partial.test(arg))
  }

  /** Notes the phase that a Create or an Update reports; a preview and its `up` run in different processes. */
  notePhase(preview: boolean): void {
    this.#phase = preview ? "preview" : "up"
  }

  /** Checks whether this is a preview: by the reported phase, else by the engine's command. */
  previewing(): boolean {
    return this.#phase ? this.#phase === "preview" : ["preview", "pre"].includes(this.#command())
  }

  #command(): string {
    this.#name ??= commandOf(engineCommand())
    return this.#name
  }
}

function commandOf(args: readonly string[]): string {
  for (let at = 1; at < args.length; at++) {
    const arg = args[at] ?? ""
    if (optionsWithValue.includes(arg)) at++
    else if (!arg.startsWith("-")) return arg
  }
  return ""
}

/** Pulumi's options by which a command leaves something out. */
const partial = /^(?:-t|--target(?:-[a-z]+)?(?:=.*)?|--exclude(?:-[a-z]+)?(?:=.*)?|(?:-r|--refresh)=false)$/

/** Pulumi's options that can precede its command and have a value. */
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

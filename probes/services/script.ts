import { UserError } from "../../core/errors.ts"
import { shellScript, statFunction } from "../../core/shell.ts"
import type { Answer, FileState, Script } from "./manager.ts"

/** What every script that is run on a host begins with. */
export const prelude = `${statFunction}${shellScript("prelude.sh", import.meta.url)}`

const serviceFunctions = `${prelude}${shellScript("service.sh", import.meta.url)}`

/** Bytes of one file that a look at a service reads: a definition, or what it reads at its start. */
const mostRead = 2 * 1024 * 1024

/** A look: `$1` the service's name, `$2` its file, `$3` the variable, `$4` what it reads; `body` says the rest. */
export function snapshotScript(body: string, { name, path, variable, reads }: Parameters<typeof argsOf>[0]): Script {
  return {
    script: `${serviceFunctions}variable=$3 reads=$4\n${body}look_files\nsay end\n`,
    args: argsOf({ name, path, variable, ...(reads ? { reads } : {}) }),
  }
}

function argsOf(service: { name: string; path: string; variable: string; reads?: string }): string[] {
  return [service.name, service.path, service.variable, service.reads ?? ""]
}

/** Acts: `$1` the service's name, `$2` its file, then the acts in order. `functions` has one for each, `do_reload` and so on. */
export function actScript(
  functions: string,
  { name, path }: { name: string; path: string },
  acts: readonly string[],
): Script {
  const script = `${serviceFunctions}shift 2\n${functions}act_all "$@"\nsay end\n`
  return { script, args: [name, path, ...acts], timeout: 90_000 }
}

/** More than the containers of any host make, and more than any host has of one thing: what is compared, or sorted, is no more. */
const mostLines = 500_000
const mostOfOne = 50_000

/** The tagged lines of an answer; nothing when it was cut off. @throws UserError for too many */
export function answerIn(stdout: Uint8Array): Answer | undefined {
  const lines = new Map<string, string[]>()
  let count = 0
  for (const line of linesIn(Buffer.from(stdout))) {
    const [, tag, text = ""] = /^gk:([a-z.]+)(?: (.*))?$/s.exec(line) ?? []
    if (!tag) continue
    if (++count > mostLines) throw new UserError(`the answer of a host has more than ${mostLines} lines`)
    const known = lines.get(tag)
    if (!known) lines.set(tag, [text])
    else if (known.length < mostOfOne || isBulk(tag)) known.push(text)
    else throw new UserError(`the answer of a host has more than ${mostOfOne} lines of one kind (${tag})`)
  }
  if (!lines.has("end") && !lines.has("failed")) return undefined
  const all = (tag: string) => lines.get(tag) ?? []
  return { all, one: (tag) => all(tag)[0], file: (tag) => fileIn(all, tag) }
}

/** A file's bytes, and the engine's JSON. */
function isBulk(tag: string): boolean {
  return tag === "container" || tag.endsWith(".hex")
}

/** One after the other: all at once they would be many times the bytes. */
function* linesIn(bytes: Buffer): Generator<string> {
  for (let at = 0; at <= bytes.length; ) {
    const end = bytes.indexOf(0x0a, at)
    const stop = end < 0 ? bytes.length : end
    yield bytes.toString("utf8", at, stop)
    at = stop + 1
  }
}

function fileIn(all: (tag: string) => readonly string[], tag: string): FileState {
  if (all(`${tag}.unreadable`).length > 0) return { kind: "unreadable" }
  const [mtime] = all(`${tag}.mtime`)
  if (mtime === undefined) return { kind: "absent" }
  const hex = all(`${tag}.hex`).join("").replaceAll(/\s/g, "")
  if (hex.length > 2 * mostRead) return { kind: "unreadable" }
  return { kind: "file", bytes: Buffer.from(hex, "hex"), mtime: Number(mtime) }
}

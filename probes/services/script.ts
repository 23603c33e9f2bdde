import { UserError } from "../../core/errors.ts"
import { shellScript, statFunction } from "../../core/shell.ts"
import type { Answer, FileState, Script } from "./manager.ts"

/** The start of every script that runs on a host. */
export const prelude = `${statFunction}${shellScript("prelude.sh", import.meta.url)}`

const serviceFunctions = `${prelude}${shellScript("service.sh", import.meta.url)}`

/** Bytes of one file in an answer: a definition, or the file that a process reads at its start. */
const maxFileBytes = 2 * 1024 * 1024

/** Creates a script that reads a service: `$1` its name, `$2` its file, `$3` the variable, `$4` the file it reads; `body` is the manager's part. */
export function snapshotScript(
  body: string,
  { name, path, variable, reads }: Parameters<typeof listArguments>[0],
): Script {
  return {
    script: `${serviceFunctions}variable=$3 reads=$4\n${body}look_files\nsay end\n`,
    args: listArguments({ name, path, variable, ...(reads ? { reads } : {}) }),
  }
}

function listArguments(service: { name: string; path: string; variable: string; reads?: string }): string[] {
  return [service.name, service.path, service.variable, service.reads ?? ""]
}

/** Creates a script of acts: `$1` the service's name, `$2` its file, then the acts in order. `functions` defines `do_reload` and so on. */
export function actScript(
  functions: string,
  { name, path }: { name: string; path: string },
  acts: readonly string[],
): Script {
  const script = `${serviceFunctions}shift 2\n${functions}act_all "$@"\nsay end\n`
  return { script, args: [name, path, ...acts], timeout: 90_000 }
}

/** Limits for an answer, beyond what any real host has, as the lines of a tag are compared and sorted. */
const maxLines = 500_000
const maxLinesPerTag = 50_000

/** Parses the tagged lines of an answer. @returns undefined if it was cut off @throws UserError if there are too many */
export function parseTaggedAnswer(stdout: Uint8Array): Answer | undefined {
  const lines = new Map<string, string[]>()
  let count = 0
  for (const line of splitLines(Buffer.from(stdout))) {
    const [, tag, text = ""] = /^gk:([a-z.]+)(?: (.*))?$/s.exec(line) ?? []
    if (!tag) continue
    if (++count > maxLines) throw new UserError(`the answer of a host has more than ${maxLines} lines`)
    const known = lines.get(tag)
    if (!known) lines.set(tag, [text])
    else if (known.length < maxLinesPerTag || isBulk(tag)) known.push(text)
    else throw new UserError(`the answer of a host has more than ${maxLinesPerTag} lines of one kind (${tag})`)
  }
  if (!lines.has("end") && !lines.has("failed")) return undefined
  const all = (tag: string) => lines.get(tag) ?? []
  return { all, one: (tag) => all(tag)[0], file: (tag) => parseFile(all, tag) }
}

/** Checks for tags without a limit: a file's bytes, and the engine's JSON. */
function isBulk(tag: string): boolean {
  return tag === "container" || tag.endsWith(".hex")
}

/** Splits bytes into lines one by one, as all at once would need many times the memory. */
function* splitLines(bytes: Buffer): Generator<string> {
  for (let at = 0; at <= bytes.length; ) {
    const end = bytes.indexOf(0x0a, at)
    const stop = end < 0 ? bytes.length : end
    yield bytes.toString("utf8", at, stop)
    at = stop + 1
  }
}

function parseFile(all: (tag: string) => readonly string[], tag: string): FileState {
  if (all(`${tag}.unreadable`).length > 0) return { kind: "unreadable" }
  const [mtime] = all(`${tag}.mtime`)
  if (mtime === undefined) return { kind: "absent" }
  const hex = all(`${tag}.hex`).join("").replaceAll(/\s/g, "")
  if (hex.length > 2 * maxFileBytes) return { kind: "unreadable" }
  return { kind: "file", bytes: Buffer.from(hex, "hex"), mtime: Number(mtime) }
}

/** Reads why a script changed nothing (`refuse`); `silent` if its answer was cut off, or its reason is not known. */
export function parseRefusalOf<const R extends string>(
  answer: Answer | undefined,
  reasons: readonly R[],
): R | "silent" | undefined {
  if (!answer) return "silent"
  const refused = answer.one("refused")
  return refused === undefined ? undefined : (reasons.find((each) => each === refused) ?? "silent")
}

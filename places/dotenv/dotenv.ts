import { isUtf8 } from "node:buffer"
import { isDeepStrictEqual } from "node:util"
import { PlaceError } from "../../core/errors.ts"
import { type Edit, removal } from "../common/edits.ts"
import { appended, behindEnding, endingOf, joint } from "../common/lines.ts"
import { position } from "../common/text.ts"
import { variables } from "../common/variables.ts"
import type { Format } from "../format.ts"
import { type DotenvLine, dotenvLines } from "./lines.ts"
import { dotenvText } from "./quoting.ts"
import { endOfDotenvLine, startOfDotenvLine } from "./scan.ts"

const format = variables({
  name: "dotenv",
  occurrences: (text, locator) =>
    dotenvLines(text)
      .filter((line) => line.key === locator)
      .map((line) => ({
        reading: { text: line.value },
        standing: "counts",
        set(value) {
          refuseNextLine(text, line)
          return { start: line.start, end: line.end, text: line.lead + dotenvText(value, line.quote) }
        },
        get remove() {
          refuseNextLine(text, line)
          return [withoutLine(text, line)]
        },
      })),
  add,
})

/**
 * `.env` for three readers: npm's dotenv (whose values `find` reports: it expands no variable), Docker Compose, and a shell
 * that sources it. An edit that changes another key's value for dotenv is refused.
 */
export const dotenv: Format = {
  ...format,
  find: (file, locator) => format.find(asRead(file), locator),
  put(file, locator, content) {
    refuseMisread(file)
    const written = format.put(file, locator, content)
    refuseMisread(written)
    const { own, others } = entriesOf(written, locator)
    const isRead = own.length > 0 && own.every((value) => value === content)
    if (isRead && isDeepStrictEqual(others, entriesOf(file, locator).others)) {
      return written
    }
    throw new PlaceError("wrong-shape", `${locator} cannot be set here: the text around it changes what is read`)
  },
  drop(file, locator) {
    refuseMisread(file)
    const written = format.drop(file, locator)
    if (isDeepStrictEqual(entriesOf(written, locator), { own: [], others: entriesOf(file, locator).others })) {
      return written
    }
    throw new PlaceError("wrong-shape", `${locator} cannot be removed here: the text around it changes what is read`)
  },
}

/** Converts a file as dotenv reads it: always as UTF-8. */
function asRead(file: Uint8Array): Uint8Array {
  return isUtf8(file) ? file : Buffer.from(Buffer.from(file).toString("utf8"))
}

/** Refuses a file in which an edit would read 0xA0 as a blank, as dotenv does not. */
function refuseMisread(file: Uint8Array): void {
  if (isUtf8(file)) return
  const [edited, read] = (["latin1", "utf8"] as const).map((encoding) =>
    dotenvLines(Buffer.from(file).toString(encoding)).map(({ key }) => key),
  )
  if (isDeepStrictEqual(edited, read)) return
  throw new PlaceError("wrong-shape", "the file is not UTF-8 text, and where its entries begin is read differently")
}

function entriesOf(file: Uint8Array, locator: string) {
  const entries = dotenvLines(Buffer.from(file).toString("utf8"))
  const own = entries.filter(({ key }) => key === locator).map(({ value }) => value)
  const others = entries.filter(({ key, value }) => key !== locator && value !== "")
  return { own, others: others.map(({ key, value }) => [key, value]) }
}

function add(text: string, locator: string, value: string): string {
  const line = `${locator}=${dotenvText(value)}`
  const written = appended(text, line)
  const last = dotenvLines(written).at(-1)
  if (last?.key === locator && last.value === value) return written
  // A `word:` at the end takes the next line for its value, but not beyond an empty one.
  const ending = endingOf(text)
  return appended(text + joint(text, ending) + ending, line)
}

function refuseNextLine(text: string, { key, lineStart, isNextLine }: DotenvLine): void {
  if (!isNextLine) return
  const where = position(text, lineStart)
  const reason = `"${key}:" takes the whole next line as its value, which may be another entry`
  throw new PlaceError("wrong-shape", `${where}: ${reason}; write "${key}=" there`)
}

/** Removes the entry and keeps a comment after it. */
function withoutLine(text: string, line: DotenvLine): Edit {
  const start = startOfDotenvLine(text, line.lineStart)
  const end = endOfDotenvLine(text, line.end)
  const comment = text.slice(line.end, end).search(/\S/)
  if (comment >= 0) return removal(start, line.end + comment)
  // To other readers U+2028 ends no line: what follows must not join what stands before it.
  return removal(start, /[\u2028\u2029]/.test(text.charAt(start - 1)) ? end : behindEnding(text, end))
}

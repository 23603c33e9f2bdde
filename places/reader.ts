import { isDeepStrictEqual } from "node:util"
import type { Content, Reference } from "../core/content.ts"
import { PlaceError } from "../core/errors.ts"
import { shellWord } from "../core/escape.ts"
import { describeKind } from "../core/kind.ts"
import { shellFile } from "../core/shell.ts"
import { onBytes } from "./common/text.ts"
import { type Format, missing } from "./format.ts"

/**
 * A program that reads the token from a vault, for openclaw's exec secret provider; the locator is `*`. Its content is
 * `{read: [program, argument…], credentials?: file of variables}`, without a secret. A file that differs in any byte is
 * another reference, as it may do anything.
 */
export const reader: Format = {
  name: "reader",
  executable: true,
  ...onBytes({
    find(text, locator) {
      whole(locator)
      if (text === "") return missing
      const content = described(text)
      return { kind: "reference", content: content && text === written(content) ? content : text }
    },
    put(_text, locator, content) {
      whole(locator)
      return written(contentOf(content))
    },
    drop(_text, locator) {
      whole(locator)
      return ""
    },
  }),
}

const mark = "# content: "
const template = shellFile("reader.sh", import.meta.url)

/** The protocol: a request on standard input, `{protocolVersion, values: {id: value}}` on standard output. */
function written(content: Reference): string {
  const { read, credentials } = content as { read: readonly string[]; credentials?: string }
  const load = credentials === undefined ? "" : `set -a\n. ${homed(credentials)}\nset +a\n`
  return template
    .replace(`${mark}\n`, () => `${mark}${JSON.stringify(content)}\n`)
    .replace("# credentials\n", () => load)
    .replace('"$@"', () => read.map(shellWord).join(" "))
}

/** Formats a path for sh, with `~` as the home of the user who runs it. */
function homed(path: string): string {
  return path.startsWith("~/") ? `"\${HOME}"/${shellWord(path.slice(2))}` : shellWord(path)
}

function described(text: string): Reference | undefined {
  const line = text.split("\n").find((line) => line.startsWith(mark))
  try {
    return line === undefined ? undefined : contentOf(JSON.parse(line.slice(mark.length)))
  } catch {
    return undefined
  }
}

function contentOf(content: Content): Reference {
  const { read, credentials, ...rest } = typeof content === "string" ? {} : content
  const words = Array.isArray(read) && read.length > 0 && read.every((word) => typeof word === "string" && plain(word))
  const file = credentials === undefined || (typeof credentials === "string" && plain(credentials))
  if (words && file && isDeepStrictEqual(rest, {})) return content as Reference
  throw new PlaceError("unwritable-value", "a reader needs a program and its arguments, each one line")
}

function plain(text: string): boolean {
  return text !== "" && !/\p{Cc}/u.test(text)
}

function whole(locator: string): void {
  if (locator !== "*")
    throw new PlaceError("bad-locator", `the locator of a whole file is "*", not ${describeKind(locator)}`)
}

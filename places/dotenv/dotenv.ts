import { type Edit, removal } from "../common/edits.ts"
import { appended, behindEnding, endOfLine, startOfLine } from "../common/lines.ts"
import { variables } from "../common/variables.ts"
import type { Format } from "../format.ts"
import { type DotenvLine, dotenvLines } from "./lines.ts"
import { dotenvText } from "./quoting.ts"

/** `.env` as three readers take it: npm's dotenv (whose reading `find` tells), Docker Compose, and a shell that sources it. */
export const dotenv: Format = variables({
  name: "dotenv",
  occurrences: (text, locator) =>
    dotenvLines(text)
      .filter((line) => line.key === locator)
      .map((line) => ({
        reading: line.reading,
        standing: "counts",
        set: (value) => ({ start: line.start, end: line.end, text: dotenvText(value, line.quote) }),
        remove: [withoutLine(text, line)],
      })),
  add: (text, locator, value) => appended(text, `${locator}=${dotenvText(value)}`),
})

/** Takes the entry away and leaves a comment that stands behind it. */
function withoutLine(text: string, line: DotenvLine): Edit {
  const start = startOfLine(text, line.lineStart)
  const end = endOfLine(text, line.end)
  const comment = text.slice(line.end, end).search(/\S/)
  return removal(start, comment < 0 ? behindEnding(text, end) : line.end + comment)
}

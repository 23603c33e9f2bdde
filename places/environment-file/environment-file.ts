import { type Edit, removal } from "../common/edits.ts"
import { appended, behindEnding, endOfLine, startOfLine } from "../common/lines.ts"
import { BOM } from "../common/text.ts"
import { variables } from "../common/variables.ts"
import type { Format } from "../format.ts"
import { type EnvironmentLine, environmentLines } from "./lines.ts"

/** A file that systemd reads by `EnvironmentFile=`. */
export const environmentFile: Format = variables({
  name: "environment-file",
  occurrences: (text, locator) =>
    environmentLines(text)
      .filter((line) => line.key === locator)
      .map((line) => ({
        reading: { text: line.value },
        // To systemd a byte order mark is a part of the first name.
        standing: text.startsWith(BOM) && startOfLine(text, line.keyStart) === BOM.length ? "idle" : "counts",
        set: (value) => ({ start: line.start, end: line.end, text: written(value, text.charAt(line.start)) }),
        remove: [withoutLine(text, line)],
      })),
  add: (text, locator, value) => appended(text, `${locator}=${written(value)}`),
})

const plain = /^[A-Za-z0-9_./:@%+,=^~-]+$/

function written(value: string, quote = ""): string {
  if (quote !== '"' && quote !== "'" && plain.test(value)) return value
  if (quote !== '"' && !value.includes("'")) return `'${value}'`
  return `"${value.replace(/["\\`$]/g, "\\$&")}"`
}

function withoutLine(text: string, line: EnvironmentLine): Edit {
  return removal(startOfLine(text, line.keyStart), behindEnding(text, endOfLine(text, line.end)))
}

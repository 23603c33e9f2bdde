import { PlaceError } from "../../core/errors.ts"

export type ScalarStyle = "plain" | "single" | "double"

/** Words that some reader of YAML 1.1 or 1.2 does not read as a string. */
const reserved = /^(?:y|n|yes|no|on|off|true|false|null)$/i

/** Begins and goes on so that no reader sees a number, a date, an indicator or the end of a flow collection. */
const plain = { block: /^[A-Za-z_$][\w./+=@${}:-]*$/, flow: /^[A-Za-z_$][\w./+=@$-]*$/ } as const

/** Not printable in YAML, or a line break to some of its readers. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern matches control characters
const special = /[\x00-\x1f\x7f-\xa0\xad\u2028\u2029\ufeff\ufff0-\uffff]/g

/** Formats a string as a scalar that every reader reads back, in the given style if possible. */
export function yamlScalar(text: string, style: ScalarStyle, inFlow: boolean): string {
  if (!text.isWellFormed() || text.includes("\0"))
    throw new PlaceError("unwritable-value", "has a character that neither YAML nor an environment can hold")
  const safe = inFlow ? plain.flow : plain.block
  if (style === "plain" && safe.test(text) && !text.endsWith(":") && !reserved.test(text)) return text
  if (style === "single" && text.search(special) < 0) return `'${text.replaceAll("'", "''")}'`
  const inner = text
    .replace(/["\\]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replace(special, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`)
  return `"${inner}"`
}

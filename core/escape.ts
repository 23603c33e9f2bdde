/**
 * The one way by which text from outside (file contents, names, paths, errors of other programs) is shown:
 * control and invisible characters become visible escapes, so that it can neither move a terminal's cursor nor hide.
 */
export function shown(text: string, limit = 200): string {
  const visible = text.replace(unsafe, escaped)
  return visible.length > limit ? `${[...visible].slice(0, limit).join("")}…` : visible
}

// Controls (C0, DEL, C1), format characters (bidi overrides, zero width), separators of lines and paragraphs, lone surrogates.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** One word of a POSIX shell command, as safe to show as it is to paste. */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_./:@%+,=~][A-Za-z0-9_./:@%+,=-]*$/.test(text) && !text.startsWith("~")) return text
  if (shown(text, text.length) === text) return `'${text.replaceAll("'", "'\\''")}'`
  // What cannot be shown is spelt in octal; line breaks at the end, which `$(…)` cuts off, follow in quotes.
  const [, body = "", end = ""] = /^(.*?)(\n*)$/s.exec(text) ?? []
  const octal = [...Buffer.from(body)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")
  return `"$(printf '${octal}')${end}"`
}

/** Text in a line of Markdown, without any markup of its own. */
export function markdown(text: string, limit = 200): string {
  return shown(text, limit).replace(/[\\`*_{}[\]()#+\-.!|<>&~$:@/]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** Text of an HTML page or an SVG, and in an attribute between quotes: it can neither open a tag nor leave the attribute. */
export function html(text: string, limit = 200): string {
  return shown(text, limit).replace(/[&<>"'`=]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** Text of an element in XML that is not only for show. */
export function xmlText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}

/**
 * The last net before a terminal, a log or the engine: whole text of ours, of which every line break is wanted. What came
 * from outside is escaped by `shown` where it enters; what slipped through does no harm here.
 */
export function printable(text: string): string {
  return text.replace(unsafe, (char) => (char === "\n" ? char : escaped(char)))
}

/** JSON for machines that a terminal can show as well: `JSON.stringify` leaves DEL, C1 and what turns the direction of text as they are. */
export function printableJson(value: unknown): string {
  return printableQuoted(JSON.stringify(value, null, 2))
}

/** A document in which what cannot be shown stands between double quotes alone, as JSON and YAML have them: it means the same. */
export function printableQuoted(text: string): string {
  const hex = (char: string, at: number) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`
  return text.replace(unsafe, (char) =>
    char === "\n" ? char : [...Array(char.length).keys()].map((at) => hex(char, at)).join(""),
  )
}

function escaped(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
}

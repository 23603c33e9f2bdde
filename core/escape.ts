/**
 * Escapes control and invisible characters of foreign text (file contents, names, paths, errors of other programs) for
 * messages, so that it can neither move a terminal's cursor nor hide.
 */
export function shown(text: string, limit = 200): string {
  const visible = text.replace(unsafe, escapeCharacter)
  return visible.length > limit ? `${[...visible].slice(0, limit).join("")}…` : visible
}

// Controls (C0, DEL, C1), format characters (bidi overrides, zero width), separators of lines and paragraphs, lone surrogates.
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** Quotes one word of a POSIX shell command, so that it is safe to show and to paste. */
export function shellWord(text: string): string {
  if (/^[A-Za-z0-9_./:@%+,=~][A-Za-z0-9_./:@%+,=-]*$/.test(text) && !text.startsWith("~")) return text
  if (shown(text, text.length) === text) return `'${text.replaceAll("'", "'\\''")}'`
  // Control characters are written in octal; line breaks at the end, which `$(…)` removes, follow in quotes.
  const [, body = "", end = ""] = /^(.*?)(\n*)$/s.exec(text) ?? []
  const octal = [...Buffer.from(body)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("")
  return `"$(printf '${octal}')${end}"`
}

/** Escapes text for a line of Markdown. */
export function escapeMarkdown(text: string, limit = 200): string {
  return shown(text, limit).replace(/[\\`*_{}[\]()#+\-.!|<>&~$:@/]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** Escapes text for HTML or SVG, also in a quoted attribute. */
export function escapeHtml(text: string, limit = 200): string {
  return shown(text, limit).replace(/[&<>"'`=]/g, (char) => `&#${char.charCodeAt(0)};`)
}

/** Escapes text for an XML element whose value programs read. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}

/**
 * Escapes whole output before a terminal, a log or the engine, and keeps its line breaks. Foreign text is already escaped by
 * `shown`; this is the second check.
 */
export function escapeOutput(text: string): string {
  return text.replace(unsafe, (char) => (char === "\n" ? char : escapeCharacter(char)))
}

/** Formats JSON that is safe in a terminal: `JSON.stringify` does not escape DEL, C1 and bidi controls. */
export function formatSafeJson(value: unknown): string {
  return escapeQuoted(JSON.stringify(value, null, 2))
}

/** Escapes control characters in a document of JSON or YAML that has them only in double quotes; its meaning stays the same. */
export function escapeQuoted(text: string): string {
  const hex = (char: string, at: number) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`
  return text.replace(unsafe, (char) =>
    char === "\n" ? char : [...Array(char.length).keys()].map((at) => hex(char, at)).join(""),
  )
}

function escapeCharacter(char: string): string {
  return `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`
}

import { escapeXml } from "../../../core/escape.ts"

/** A form in which a file may contain a token. */
interface Form {
  readonly text: string
  /** The encoding, if it is not plain. */
  readonly as?: "base64" | "percent-encoded" | "escaped"
}

/** Shorter values would match text that is not a copy. */
const shortest = 16

/** Lists how a file may contain a token: as it is, escaped, in a URL, and in base64 behind any other text. */
export function formsOf(token: string): Form[] {
  const escaped = JSON.stringify(token).slice(1, -1)
  const written: Form[] = [
    { text: token },
    { text: encodeURIComponent(token), as: "percent-encoded" },
    { text: escaped, as: "escaped" },
    { text: escaped.replaceAll("/", "\\/"), as: "escaped" },
    { text: token.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`), as: "escaped" },
    { text: escapeXml(token), as: "escaped" },
    ...[0, 1, 2].flatMap((offset): Form[] => {
      const text = base64Behind(token, offset)
      const inUrls = text.replaceAll("+", "-").replaceAll("/", "_")
      return [text, inUrls].map((text) => ({ text, as: "base64" }))
    }),
  ]
  const once = new Map(written.map(({ text, as }) => [text, as] as const).reverse())
  return [...once]
    .reverse()
    .flatMap(([text, as]) => (text.length < shortest ? [] : [{ text, ...(as && text !== token ? { as } : {}) }]))
}

/** Returns the base64 letters that do not depend on the text around the token. @param offset bytes before it, modulo three */
function base64Behind(token: string, offset: number): string {
  const bytes = Buffer.from(token)
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64")
  const end = Math.floor(((offset + bytes.length) * 8) / 6)
  return text.slice(Math.ceil((offset * 8) / 6), end)
}

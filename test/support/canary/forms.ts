/** A value as text, in every way in which a program might write it down; by the name of the way. */
export function canaryForms(value: string): Map<string, Buffer> {
  const bytes = Buffer.from(value)
  const forms = new Map<string, Buffer>()
  const known = new Set<string>()
  const add = (form: string, text: string | Buffer) => {
    const written = Buffer.from(text)
    const mark = written.toString("latin1")
    if (written.length >= 8 && !known.has(mark)) forms.set(form, written)
    known.add(mark)
  }
  const json = JSON.stringify(value).slice(1, -1)
  add("literal", value)
  add("upper case", value.toUpperCase())
  add("JSON-escaped", json)
  add("JSON-escaped twice", JSON.stringify(json).slice(1, -1))
  add(
    "JSON-escaped by code",
    each(value, (code) => `\\u${code.toString(16).padStart(4, "0")}`),
  )
  add(
    "JSON-escaped by code, upper case",
    each(value, (code) => `\\u${code.toString(16).toUpperCase().padStart(4, "0")}`),
  )
  add("URL-encoded", encodeURIComponent(value))
  add("URL-encoded as a form", new URLSearchParams({ v: value }).toString().slice(2))
  add(
    "URL-encoded throughout",
    each(value, (code) => `%${code.toString(16).toUpperCase()}`),
  )
  add(
    "URL-encoded throughout, lower case",
    each(value, (code) => `%${code.toString(16)}`),
  )
  add("shell, single quotes", value.replaceAll("'", "'\\''"))
  add("shell, double quotes", value.replace(/[\\"$`]/g, "\\$&"))
  add("shell, backslashes", value.replace(/[^\w@%+=:,./-]/g, "\\$&"))
  add("XML-escaped", value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"))
  add("UTF-16", Buffer.from(value, "utf16le"))
  add("reversed", [...value].reverse().join(""))
  encoded(add, "", bytes)
  encoded(add, "UTF-16, ", Buffer.from(value, "utf16le"))
  if (/^(?:[0-9a-f]{2})+$/i.test(value)) {
    add("bytes", Buffer.from(value, "hex"))
    encoded(add, "bytes, ", Buffer.from(value, "hex"))
  }
  return forms
}

function encoded(add: (form: string, text: string) => void, what: string, bytes: Buffer): void {
  add(`${what}hex`, bytes.toString("hex"))
  add(`${what}hex, upper case`, bytes.toString("hex").toUpperCase())
  for (const shift of [0, 1, 2] as const) {
    // What other bytes before and after would change is cut off.
    const whole = Buffer.concat([Buffer.alloc(shift), bytes])
    const text = whole.toString("base64").slice([0, 2, 3][shift], Math.floor((whole.length * 8) / 6))
    add(`${what}base64 at ${shift}`, text)
    add(`${what}base64url at ${shift}`, text.replaceAll("+", "-").replaceAll("/", "_"))
  }
}

function each(value: string, write: (code: number) => string): string {
  return [...Buffer.from(value, "latin1")].map(write).join("")
}

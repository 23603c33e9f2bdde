import type { Detector, Haystack } from "./canary.ts"

/**
 * How a program might write a whole secret down, with what stands around it. Written without the detector's own forms, which
 * are of pieces of a secret.
 */
export const plantings: Readonly<Record<string, (value: string) => string | Buffer>> = {
  plain: (value) => `so ${value}.`,
  "a part of it": (value) => `so ${value.slice(1, 17)}.`,
  "base64 at 0": (value) => base64(value),
  "base64 at 1": (value) => base64(`:${value}`),
  "base64 at 2": (value) => base64(`::${value}`),
  base64url: (value) => Buffer.from(`?>${value}?>`).toString("base64url"),
  "base64 of UTF-16": (value) => Buffer.from(value, "utf16le").toString("base64"),
  hex: (value) => Buffer.from(value).toString("hex"),
  "hex, upper case": (value) => Buffer.from(value).toString("hex").toUpperCase(),
  "upper case": (value) => value.toUpperCase(),
  "URL-encoded": (value) => `?t=${byCode(value, (code) => `%${code}`)}&`,
  "URL-encoded, upper case": (value) => byCode(value, (code) => `%${code.toUpperCase()}`),
  "JSON-escaped": (value) => `{"t":"${byCode(value, (code) => `\\u00${code}`)}"}`,
  "JSON-escaped, upper case": (value) => byCode(value, (code) => `\\u00${code.toUpperCase()}`),
  reversed: (value) => [...`so ${value}.`].reverse().join(""),
  "split at 70 columns": (value) => wrap(`${"word ".repeat(11)}${value}`, 70, "\n    "),
  "split at 12 columns": (value) => wrap(value, 12, "\r\n\t"),
  "split in JSON": (value) => JSON.stringify(wrap(value, 10, "\n  ")),
  "split base64": (value) => wrap(base64(value), 14, "\n  "),
  "split hex": (value) => wrap(Buffer.from(value).toString("hex"), 20, "\n  "),
  "UTF-16": (value) => Buffer.from(`so ${value}.`, "utf16le"),
  "UTF-16, big end first": (value) => Buffer.from(`so ${value}.`, "utf16le").swap16(),
  "split UTF-16": (value) => Buffer.from(wrap(value, 12, "\n  "), "utf16le"),
}

export interface Planted {
  readonly planted: number
  /** By form, how many were found. */
  readonly found: Readonly<Record<string, number>>
}

/** As much of a haystack as each secret is planted in. */
const most = 32_768

/** Plants a secret in each form in copies of the haystacks, one secret after the other, and counts what the detector finds. */
export function plantAll(
  { find }: Detector,
  secrets: readonly string[],
  haystacks: readonly Haystack[],
): { readonly total: Planted; readonly missed: readonly string[] } {
  const found: Record<string, number> = {}
  const missed: string[] = []
  let planted = 0
  for (const { name, bytes } of haystacks) {
    const copy = bytes.subarray(0, most)
    const middle = copy.length >> 1
    for (const [form, write] of Object.entries(plantings)) {
      const text = Buffer.from(write(secrets[planted % secrets.length] ?? ""))
      planted++
      const spoilt = Buffer.concat([copy.subarray(0, middle), text, copy.subarray(middle)])
      if (find({ name, bytes: spoilt }).length > 0) found[form] = (found[form] ?? 0) + 1
      else missed.push(`${form} in ${name}`)
    }
  }
  return { total: { planted, found }, missed }
}

function base64(text: string): string {
  return Buffer.from(`${text}//`).toString("base64")
}

function byCode(text: string, write: (code: string) => string): string {
  return [...Buffer.from(text)].map((code) => write(code.toString(16).padStart(2, "0"))).join("")
}

function wrap(text: string, columns: number, between: string): string {
  return (text.match(new RegExp(`.{1,${columns}}`, "gs")) ?? []).join(between)
}

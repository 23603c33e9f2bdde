import { canaryForms } from "./forms.ts"
import type { Source } from "./sources.ts"

/** One thing that could hold a secret, and what to call it in a failure. */
export interface Haystack {
  readonly name: string
  readonly bytes: Buffer
  /** Its row in the table of sources. */
  readonly source?: Source
}

export interface Detector {
  /** Where a secret, or sixteen characters of one, stands in whatever form: in words that do not hold it. */
  find(haystack: Haystack): string[]
}

interface Pattern {
  readonly bytes: Buffer
  readonly secret: string
  readonly form: string
}

/** How many characters of a secret are worth a report. */
const piece = 16
/** Patterns are found by their first bytes. */
const head = 4
const slots = 1 << 20

/** @param secrets by the name that a failure may tell */
export function detector(secrets: ReadonlyMap<string, string>): Detector {
  const byHead = new Map<number, Pattern[]>()
  const marks = new Uint8Array(slots)
  for (const [secret, value] of secrets) {
    for (const part of piecesOf(value)) {
      for (const [form, bytes] of canaryForms(part)) {
        const key = bytes.readUInt32LE(0)
        const others = byHead.get(key)
        if (others) others.push({ bytes, secret, form })
        else byHead.set(key, [{ bytes, secret, form }])
        marks[slotOf(key)] = 1
      }
    }
  }
  const hitsIn = (name: string, bytes: Buffer): string[] => {
    const found = new Set<string>()
    let end = 0
    for (let at = 0; at + head <= bytes.length; at++) {
      const key = bytes.readUInt32LE(at)
      if (marks[slotOf(key)] === 0) continue
      const hit = byHead
        .get(key)
        ?.find((pattern) => bytes.subarray(at, at + pattern.bytes.length).equals(pattern.bytes))
      if (!hit) continue
      if (at >= end) found.add(`${hit.secret}, ${hit.form}, in ${name}, after: ${around(bytes, at)}`)
      end = at + hit.bytes.length
    }
    return [...found]
  }
  return {
    find({ name, bytes }) {
      const found = hitsIn(name, bytes)
      if (found.length > 0) return found
      const joined = joinLines(bytes)
      return joined.length === bytes.length ? [] : hitsIn(`${name}, its lines joined`, joined)
    },
  }
}

/** Joins lines that were wrapped, with whatever indentation; in UTF-16 and with JSON's `\n` as well. */
function joinLines(bytes: Buffer): Buffer {
  const text = bytes.toString("latin1")
  const joined = text.replace(/\\?(?:\r\0?)?\n\0?(?:[ \t]\0?)*|(?:\\r)?\\n(?:[ \t]|\\t)*/g, "")
  return joined.length === text.length ? bytes : Buffer.from(joined, "latin1")
}

export function piecesOf(value: string): string[] {
  if (value.length <= piece) return [value]
  return Array.from({ length: value.length - piece + 1 }, (_, at) => value.slice(at, at + piece))
}

/** What stands before a hit, without any word that could be a part of a secret. */
function around(bytes: Buffer, at: number): string {
  const before = bytes.subarray(Math.max(0, at - 80), at).toString("latin1")
  return before.replace(/[^\x20-\x7e]/g, " ").replace(/[\w+/=%\\-]{12,}|[\w+/=%\\-]{3,}$/g, "…")
}

function slotOf(key: number): number {
  return (Math.imul(key, 2_654_435_761) >>> 12) & (slots - 1)
}

import { PlaceError } from "../../core/errors.ts"
import { tooDeep } from "../common/bounds.ts"
import { position } from "../common/text.ts"
import type { Token } from "./token.ts"

/** A text that is read once: what was tried as arithmetic, and is read again as a list, ends at the same offset. */
export interface Scan {
  readonly text: string
  readonly tokensFrom: (scan: Scan, from: number) => Generator<Token>
  depth: number
  /** The number of active readings that may be given up. */
  attempts: number
  /** The offset behind what begins there, or why there is none. */
  readonly ends: Map<string, number | Unclosed>
  /** The parentheses of arithmetic: the offset that closes each; undefined if none does. */
  readonly closing: Map<number, number | undefined>
}

export function scanOf(text: string, tokensFrom: Scan["tokensFrom"]): Scan {
  return { text, tokensFrom, depth: 0, attempts: 0, ends: new Map(), closing: new Map() }
}

export class Unclosed extends Error {
  readonly offset: number
  readonly what: string

  constructor(offset: number, what: string) {
    super(what)
    this.offset = offset
    this.what = what
  }
}

/** Returns a reading; something that is never closed becomes an error that names the line. */
export function* refusing<T>({ text }: Scan, reading: Generator<T>): Generator<T> {
  try {
    yield* reading
  } catch (error) {
    if (!(error instanceof Unclosed)) throw error
    throw new PlaceError("unparsable", `${position(text, error.offset)}: a ${error.what} is never closed`)
  }
}

/** The most parts that may be nested: far more than a script has, and far less than what overflows the stack. */
export const deepest = 200

/** Reads one nested part, or returns where it ended before. */
export function nested(scan: Scan, kind: string, at: number, read: () => number): number {
  const key = `${kind}${at}`
  const known = scan.attempts > 0 || scan.ends.size > 0 ? scan.ends.get(key) : undefined
  if (typeof known === "number") return known
  if (known) throw known
  if (scan.depth >= deepest) throw tooDeep(scan.text, at, deepest)
  scan.depth++
  try {
    const end = read()
    if (scan.attempts > 0) scan.ends.set(key, end)
    return end
  } catch (error) {
    if (scan.attempts > 0 && error instanceof Unclosed) scan.ends.set(key, error)
    throw error
  } finally {
    scan.depth--
  }
}

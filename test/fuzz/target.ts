import { UserError } from "../../core/errors.ts"
import { rawIn } from "../support/hostile/escapes.ts"

/** A part of the product that reads what others wrote. */
export interface Target {
  readonly name: string
  /** Valid inputs to begin with. */
  readonly seeds: readonly (string | Uint8Array)[]
  /** Parts that its parsers know. */
  readonly words: readonly string[]
  /** Whether an input stays a JSON document. */
  readonly json?: true
  /** Reads an input. @throws anything but our own errors if it finds a fault */
  run(input: Uint8Array): unknown
}

/** Runs work in which our own errors are answers too. @returns the message of such an error */
export function tolerate<T>(work: () => T): T | string {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    expectPrintable([error.message])
    return error.message
  }
}

/** @throws Error if a text would reach a terminal with control characters */
export function expectPrintable(texts: readonly string[]): void {
  for (const text of texts) {
    const [found] = rawIn(text)
    if (found !== undefined) throw new Error(`a message has a control character: ${found}`)
  }
}

/** @throws Error with what should hold */
export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`does not hold: ${what}`)
}

export function parseJson(input: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(input).toString())
  } catch {
    return undefined
  }
}

import { inspect } from "node:util"
import { shellWord, shown } from "./escape.ts"

export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? ""
}

/**
 * Text from another machine, program or person. In a message it is always escaped by `shown`. Parsers use `raw()`;
 * test/core/foreign.test.ts lists them.
 */
export class Foreign {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** Returns the text itself, never for a message. */
  raw(): string {
    return this.#text
  }

  matches(pattern: RegExp): boolean {
    return pattern.test(this.#text)
  }

  is(other: Foreign | string): boolean {
    return this.#text === (typeof other === "string" ? other : other.#text)
  }

  endsWith(end: string): boolean {
    return this.#text.endsWith(end)
  }

  /** Quotes it for a command to paste. */
  get word(): string {
    return shellWord(this.#text)
  }

  /** Escapes and truncates it. */
  upTo(limit: number): string {
    return shown(this.#text, limit)
  }

  get isEmpty(): boolean {
    return this.#text.trim() === ""
  }

  /** The last line, in which a program prints why it failed. */
  get lastLine(): Foreign {
    return new Foreign(lastLine(this.#text))
  }

  /** Up to a blank or a slash: a program's name without its version. */
  get firstWord(): Foreign {
    return new Foreign(this.#text.split(/[/ ]/)[0] ?? "")
  }

  toString(): string {
    return shown(this.#text)
  }

  toJSON(): string {
    return this.toString()
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

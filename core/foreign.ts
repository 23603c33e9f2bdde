import { inspect } from "node:util"
import { shellWord, shown } from "./escape.ts"

export function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? ""
}

/**
 * Text that another machine, program or person chose. Put into a message, it is there as `shown` has it: it cannot be
 * printed otherwise. What has to parse it asks for `raw()`; test/core/foreign.test.ts names all that may.
 */
export class Foreign {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /** Never for a message. */
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

  /** Of a command to paste: it means the text itself, and shows no more of it than `shown` does. */
  get word(): string {
    return shellWord(this.#text)
  }

  /** As it is shown, and no longer than that. */
  upTo(limit: number): string {
    return shown(this.#text, limit)
  }

  get isEmpty(): boolean {
    return this.#text.trim() === ""
  }

  /** What a program says last is why it ended. */
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

import { inspect } from "node:util"

/** A token that prints as `[token]`; only writers of places and the wire encoder reveal it. */
export class Secret {
  readonly #value: string

  constructor(value: string) {
    this.#value = value
  }

  reveal(): string {
    return this.#value
  }

  equals(other: Secret | string | undefined): boolean {
    return this.#value === (other instanceof Secret ? other.#value : other)
  }

  toString(): string {
    return "[token]"
  }

  toJSON(): string {
    return "[token]"
  }

  [inspect.custom](): string {
    return "[token]"
  }
}

import type { Content, FormatName, FoundContent } from "../core/content.ts"
/** The interface of every format module: pure, bytes in, bytes out. */
export interface Format {
  readonly name: FormatName
  /** Set for a program: its file must be private and executable (0700). */
  readonly executable?: boolean
  /**
   * Finds the content of the locator.
   * @throws PlaceError if the file cannot be parsed (with line and column), or has another shape than the locator needs
   */
  find(file: Uint8Array, locator: string): FoundContent
  /** Lists the values at the locator that its reader ignores, such as one that is not exported; they are still on the disk. */
  readonly listIgnored?: (file: Uint8Array, locator: string) => readonly string[]
  /**
   * Writes `content` at the locator, at all of its occurrences; every other byte stays. Existing content gives equal bytes. An
   * empty file is a valid start.
   * @throws PlaceError like `find`, and if not every reader of the format would read the value back
   */
  put(file: Uint8Array, locator: string, content: Content): Uint8Array
  /**
   * Removes all occurrences of the locator; every other byte stays, comments too. Without occurrences it gives equal bytes.
   * @throws PlaceError like `find`
   */
  drop(file: Uint8Array, locator: string): Uint8Array
}

export const missing: FoundContent = { kind: "missing" }

export function value(value: string, others: readonly string[] = []): FoundContent {
  return { kind: "value", value, others }
}

export function reference(content: Content, fallback?: string, others: readonly string[] = []): FoundContent {
  return {
    ...{ kind: "reference", content },
    ...(fallback === undefined ? {} : { fallback }),
    ...(others.length === 0 ? {} : { others }),
  }
}

import type { Content, FormatName, FoundContent } from "../core/content.ts"
/** The one outline of every format module: pure, bytes in, bytes out. */
export interface Format {
  readonly name: FormatName
  /** It is run: a file of it must be its owner's alone, and executable (0700). */
  readonly executable?: boolean
  /**
   * What stands at the locator.
   * @throws PlaceError when the file cannot be parsed (with line and column), or has another shape than the locator needs
   */
  find(file: Uint8Array, locator: string): FoundContent
  /** The values at the locator that its reader does not see, as one that is not exported: they stay on the disk. */
  readonly unread?: (file: Uint8Array, locator: string) => readonly string[]
  /**
   * The file with `content` at the locator; every other byte as it was. Where the locator occurs more than once, all
   * occurrences are set. Putting what is there already returns equal bytes. An empty file is a valid start.
   * @throws PlaceError as `find`, and when the value cannot be written in this format so that every reader reads it back
   */
  put(file: Uint8Array, locator: string, content: Content): Uint8Array
  /**
   * The file without what stands at the locator (all occurrences); every other byte as it was, comments included.
   * Without it already: equal bytes.
   * @throws PlaceError as `find`
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

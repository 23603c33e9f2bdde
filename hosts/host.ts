/** The one outline of every way to reach a host's files; the only input and output there is. */
export interface Host {
  /** What stands at the path now; never throws for what it finds there. */
  look(path: string): Promise<Look>
  /**
   * Looks, lets `decide` say what must become of the file, and does it safely: one editor at a time, written aside,
   * synced, renamed; owner kept; a file that changed in between is looked at again.
   * @throws UserError naming the path when it cannot be done; the file is then as it was
   */
  edit(path: string, decide: (look: Look) => Edit | undefined): Promise<void>
  /** Why the file could not be written, as far as that can be told without writing. */
  obstacle(path: string): Promise<string | undefined>
  /** The path under which all names of one file meet: `~` and symbolic links resolved. */
  canonical(path: string): Promise<string>
}

export type Look =
  | {
      readonly kind: "file"
      readonly bytes: Uint8Array
      /** Permission bits. */
      readonly mode: number
      /** A killed run left a copy of the content, or its lock, beside the file. */
      readonly leftover: boolean
    }
  | { readonly kind: "absent"; readonly leftover: boolean }
  | { readonly kind: "unreadable"; readonly reason: string }

/** `mode` undefined keeps the file's own (0600 for a new one). */
export type Edit = { readonly bytes: Uint8Array; readonly mode?: number } | { readonly remove: true }

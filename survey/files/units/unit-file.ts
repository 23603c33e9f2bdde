/** A file of a unit; `text` is undefined if it could not be read. */
export interface UnitFile {
  readonly path: string
  readonly text?: string
  /** The target of a link. */
  readonly target?: string
  /** Why it could not be read. */
  readonly problem?: string
}

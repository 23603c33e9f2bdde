/** The part of a stream that says what it is. */
export interface OutputStream {
  readonly isTTY?: boolean
  readonly columns?: number
}

type Variables = { readonly [name: string]: string | undefined }

/** Checks whether colours are wanted: FORCE_COLOR decides, then NO_COLOR, then whether it is a terminal that has them. */
export function hasColors(stream: OutputStream, { FORCE_COLOR, NO_COLOR, TERM }: Variables): boolean {
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false"
  if (NO_COLOR) return false
  return stream.isTTY === true && TERM !== "dumb"
}

/** Checks whether a line can be rewritten in place. */
export function canRewrite(stream: OutputStream, { TERM }: Variables): boolean {
  return stream.isTTY === true && TERM !== "dumb"
}

/** Returns the terminal's width; undefined if it is not a terminal: then lines have any length. */
export function widthOf({ isTTY, columns = 0 }: OutputStream): number | undefined {
  return isTTY === true && columns > 0 ? columns : undefined
}

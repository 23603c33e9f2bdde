/** Whether the program has begun. */
export interface BeginWatch {
  readonly add: (chunk: Buffer) => void
  readonly isFound: () => boolean
  /** Bytes of the output so far. */
  readonly size: () => number
}

/** Looks for the line by which the program reports that it begins, in pieces of output. */
export function watchForBegin(mark: string): BeginWatch {
  const begin = Buffer.from(`\n${mark} begin\n`)
  let tail = Buffer.alloc(0)
  let size = 0
  let found = false
  return {
    add(chunk: Buffer): void {
      size += chunk.length
      found ||= Buffer.concat([tail, chunk]).includes(begin)
      tail = Buffer.concat([tail, chunk.subarray(-begin.length)]).subarray(-begin.length)
    },
    isFound: () => found,
    size: () => size,
  }
}

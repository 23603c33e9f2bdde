/** What a code means, and how it is fixed; the sentence beside it names the file, the host and the command. */
export interface Explanation {
  readonly means: string
  readonly fix: string
}

export function explain(means: string, fix: string): Explanation {
  return { means, fix }
}

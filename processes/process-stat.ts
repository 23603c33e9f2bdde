/** The content of `/proc/PID/stat`. */
export interface ProcessStat {
  readonly parent: number
  /** In ticks since the machine started. */
  readonly start: string
  /** A zombie has ended too. */
  readonly hasEnded: boolean
}

/** Parses it: the second field is the program's name in brackets, which may contain anything; the start is the 20th after it. */
export function parseProcessStat(text: string): ProcessStat {
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ")
  return { parent: Number(fields[1]), start: fields[19] ?? "", hasEnded: ["Z", "X"].includes(fields[0] ?? "") }
}

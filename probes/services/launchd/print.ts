/** A job as `launchctl print gui/UID/LABEL` reports it. It contains environments in the clear, so it is never logged. */
export interface Job {
  /** `key = value` of the first level; nested blocks repeat their names. */
  readonly top: ReadonlyMap<string, string>
  /** The program's arguments, the program first. */
  readonly commandLine: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  /** Whether a shell reads a file before it executes the program: that file's variables are not reported. */
  readonly isWrapped: boolean
}

/** The variables that launchd itself adds. */
const ownVariables = ["OSLogRateLimit", "XPC_SERVICE_NAME", "XPC_FLAGS"]

/** Parses the layout of macOS 15 and 26: one tab before the keys of the first level, two within their blocks. */
export function parseJob(lines: readonly string[]): Job {
  const top = new Map<string, string>()
  const blocks = new Map<string, string[]>()
  let block: string[] | undefined
  for (const line of lines) {
    const [, name] = /^\t([^\t].*) = \{$/.exec(line) ?? []
    if (name !== undefined) {
      block = []
      blocks.set(name, block)
    } else if (line === "\t}") block = undefined
    else if (block) block.push(line.replace(/^\t\t/, ""))
    else {
      const [, key, value] = /^\t([^\t].*?) = (.*)$/.exec(line) ?? []
      if (key !== undefined) top.set(key, value ?? "")
    }
  }
  // A line without an arrow continues the value before it.
  const variables = (blocks.get("environment") ?? []).flatMap((line): [string, string][] => {
    const [name = "", ...value] = line.split(" => ")
    return value.length === 0 ? [] : [[name, value.join(" => ")]]
  })
  const words = blocks.get("arguments") ?? []
  return {
    top,
    commandLine: words,
    environment: new Map(variables.filter(([name]) => !ownVariables.includes(name))),
    isWrapped: /\/(ba|z|da)?sh$/.test(words[0] ?? ""),
  }
}

/** What `launchctl print gui/UID/LABEL` tells of a job. It holds environments in the clear: never logged. */
export interface Job {
  /** `key = value` of the first level; nested blocks repeat their names. */
  readonly top: ReadonlyMap<string, string>
  /** The program's arguments, the program first. */
  readonly words: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  /** A shell reads a file before it becomes the program: what it adds is not told. */
  readonly isWrapped: boolean
}

/** Added by launchd itself. */
const added = ["OSLogRateLimit", "XPC_SERVICE_NAME", "XPC_FLAGS"]

/** The layout is that of macOS 15 and 26: one tab before the keys of the first level, two within their blocks. */
export function jobIn(lines: readonly string[]): Job {
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
  // A line without an arrow goes on with the value before it.
  const given = (blocks.get("environment") ?? []).flatMap((line): [string, string][] => {
    const [name = "", ...value] = line.split(" => ")
    return value.length === 0 ? [] : [[name, value.join(" => ")]]
  })
  const words = blocks.get("arguments") ?? []
  return {
    top,
    words,
    environment: new Map(given.filter(([name]) => !added.includes(name))),
    isWrapped: /\/(ba|z|da)?sh$/.test(words[0] ?? ""),
  }
}

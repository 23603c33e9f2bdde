/** A part of a host's answer: the arguments of its mark's line, and the bytes up to the next mark. */
export interface Part {
  readonly name: string
  readonly arguments: string
  readonly body: Buffer
}

/** The maximum of parts, more than any answer has. */
export const maxParts = 20_000

/** Splits an answer into parts; skips the bytes before the first mark, such as the greeting of a login shell. */
export function splitParts(output: Buffer, mark: string): Part[] {
  const sign = Buffer.from(`\n${mark} `)
  const parts: Part[] = []
  for (let at = output.indexOf(sign); at >= 0 && parts.length < maxParts; ) {
    const line = at + sign.length
    const next = output.indexOf(sign, line)
    const end = next < 0 ? output.length : next
    const lineEnd = output.indexOf(0x0a, line)
    // A line without its end may be incomplete.
    if (lineEnd < 0) break
    const [name = "", ...words] = output.toString("utf8", line, lineEnd).split(" ")
    parts.push({ name, arguments: words.join(" "), body: output.subarray(Math.min(lineEnd + 1, end), end) })
    at = next
  }
  return parts
}

/** Groups the parts by the number of their call of `look`. */
export function groupByCall(parts: readonly Part[]): Map<number, Map<string, Part>> {
  const looks = new Map<number, Map<string, Part>>()
  let current: Map<string, Part> | undefined
  for (const part of parts) {
    if (part.name === "look") {
      current = new Map([["look", part]])
      looks.set(Number(part.arguments), current)
    } else current?.set(part.name, part)
  }
  return looks
}

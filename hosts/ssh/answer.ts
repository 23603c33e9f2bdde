/** A part of what a host answered: the words of its mark's line, and the bytes up to the next mark. */
export interface Part {
  readonly name: string
  readonly words: string
  readonly body: Buffer
}

/** More than any answer has. */
export const mostParts = 20_000

/** What stands before the first mark, such as the greeting of a login shell, is nobody's. */
export function partsOf(output: Buffer, mark: string): Part[] {
  const sign = Buffer.from(`\n${mark} `)
  const parts: Part[] = []
  for (let at = output.indexOf(sign); at >= 0 && parts.length < mostParts; ) {
    const line = at + sign.length
    const next = output.indexOf(sign, line)
    const end = next < 0 ? output.length : next
    const lineEnd = output.indexOf(0x0a, line)
    // The end of a line that was cut off is not known to be whole.
    if (lineEnd < 0) break
    const [name = "", ...words] = output.toString("utf8", line, lineEnd).split(" ")
    parts.push({ name, words: words.join(" "), body: output.subarray(Math.min(lineEnd + 1, end), end) })
    at = next
  }
  return parts
}

/** The parts of each call of `look`, by its number. */
export function looksIn(parts: readonly Part[]): Map<number, Map<string, Part>> {
  const looks = new Map<number, Map<string, Part>>()
  let current: Map<string, Part> | undefined
  for (const part of parts) {
    if (part.name === "look") {
      current = new Map([["look", part]])
      looks.set(Number(part.words), current)
    } else current?.set(part.name, part)
  }
  return looks
}

/** The least width of a column whose cells are wrapped. */
const least = 12

/**
 * Narrows the widest columns until all fit.
 * @returns undefined if that would make a column too narrow to read
 */
export function fitWidths(natural: readonly number[], room: number): readonly number[] | undefined {
  let cap = Math.max(...natural)
  const widths = () => natural.map((width) => Math.min(width, cap))
  const sum = () => widths().reduce((total, width) => total + width, 0)
  while (sum() > room) if (--cap < least) return undefined
  return widths()
}

/** Wraps a string at its blanks; a longer word is cut. */
export function wrapped(text: string, width: number): readonly string[] {
  if (widthOfText(text) <= width) return [text]
  const lines: string[] = [""]
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? ""
    const joined = line === "" ? word : `${line} ${word}`
    if (widthOfText(joined) <= width) lines[lines.length - 1] = joined
    else lines.push(...pieces(word, width))
  }
  return lines[0] === "" && lines.length > 1 ? lines.slice(1) : lines
}

/** Cuts a word after the separators of a path or a name, else anywhere. */
function pieces(word: string, width: number): readonly string[] {
  if (widthOfText(word) <= width) return [word]
  const characters = [...word]
  const separator = characters.slice(0, width).findLastIndex((character) => /[/._,:=-]/.test(character))
  const end = separator + 1 > width / 2 ? separator + 1 : width
  return [characters.slice(0, end).join(""), ...pieces(characters.slice(end).join(""), width)]
}

export function widthOfText(text: string): number {
  return [...text].length
}

/** The widest that common fonts set a character in bold, in parts of the font's size. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijlI.,:;'|! ]/, 0.4],
  [/[ftr()[\]{}/\\-]/, 0.52],
  [/[mwMW@%]/, 1.12],
  [/[A-Z0-9]/, 0.82],
  [/[a-z]/, 0.74],
  [/[\u0020-\u00ff]/, 0.86],
]
const widest = 1.4

/** As much of a text as fits into a width, with an ellipsis where it is cut. Both in the font's units. */
export function label(text: string, width: number, size: number): string {
  const characters = [...text]
  if (fitting(characters, width / size) === characters.length) return text
  const kept = fitting(characters, width / size - 1)
  return `${characters.slice(0, kept).join("").trimEnd()}…`
}

/** How many of the characters do. */
function fitting(characters: readonly string[], room: number): number {
  let used = 0
  const over = characters.findIndex((each) => {
    used += widthOf(each)
    return used > room
  })
  return over < 0 ? characters.length : over
}

function widthOf(character: string): number {
  return widths.find(([pattern]) => pattern.test(character))?.[1] ?? widest
}

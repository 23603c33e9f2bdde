/** The largest width of a bold character in common fonts, in parts of the font's size. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijlI.,:;'|! ]/, 0.4],
  [/[ftr()[\]{}/\\-]/, 0.52],
  [/[mwMW@%]/, 1.12],
  [/[A-Z0-9]/, 0.82],
  [/[a-z]/, 0.74],
  [/[\u0020-\u00ff]/, 0.86],
]
const widest = 1.4

/** Cuts a text to a width, with an ellipsis; both in the font's units. */
export function fitLabel(text: string, width: number, size: number): string {
  const characters = [...text]
  if (countFitting(characters, width / size) === characters.length) return text
  const kept = countFitting(characters, width / size - 1)
  return `${characters.slice(0, kept).join("").trimEnd()}…`
}

/** Counts the characters that fit. */
function countFitting(characters: readonly string[], room: number): number {
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

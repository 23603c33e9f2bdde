import { endingOf, joint } from "../common/lines.ts"
import { BOM } from "../common/text.ts"
import type { Occurrence } from "../common/variables.ts"
import { endOf, settingsOf, spanOf, unitLines, withoutLine } from "./lines.ts"
import { unitWord, unitWords, withoutSpecifiers, withoutWords } from "./words.ts"

/** The assignments of a variable in the `Environment=` lines of [Service]. */
export function unitVariables(text: string, name: string): Occurrence[] {
  return settingsOf(unitLines(text), "Environment").flatMap(({ line, counts }) => {
    const words = unitWords(text, line, true)
    const ours = [...words.entries()].filter(([, word]) => word.text.startsWith(`${name}=`))
    return ours.map(([index, word], nth): Occurrence => {
      const held = word.text.slice(name.length + 1)
      const resolved = withoutSpecifiers(held)
      const all = ours.length === words.length
      const whole = nth === 0 ? withoutLine(line) : []
      return {
        reading: resolved === undefined ? { expression: held } : { text: resolved },
        standing: counts ? "counts" : "apart",
        set: (value) => ({
          ...spanOf(line, word.start, word.end),
          text: assignment(name, value, line.text.slice(word.start, word.end)),
        }),
        remove: all ? whole : withoutWords(line, words, index),
      }
    })
  })
}

function assignment(name: string, value: string, like?: string): string {
  return unitWord(`${name}=${value.replaceAll("%", "%%")}`, like)
}

/** Adds a line after the last `Environment=` of [Service], else at the end of [Service], else with a new [Service]. */
export function addUnitVariable(text: string, name: string, value: string): string {
  const service = unitLines(text).filter((line) => line.section === "Service")
  const line = service.findLast((each) => each.key === "Environment") ?? service.at(-1)
  const ending = endingOf(text)
  const written = `Environment=${assignment(name, value)}${ending}`
  if (!line) {
    const gap = text === "" || text === BOM ? "" : joint(text, ending) + ending
    return `${text}${gap}[Service]${ending}${written}`
  }
  const before = text.slice(0, endOf(line))
  return before + joint(before, ending) + written + text.slice(endOf(line))
}

/** The depth limit of nested expressions. */
const deepest = 20

/**
 * Interpolates a string of a Compose file as Compose 2 does; version 1 has no nested expressions.
 * @param known returns a variable's value; undefined if nothing sets it
 */
export function expand(raw: string, known: (name: string) => string | undefined, depth = 0): string {
  let made = ""
  const ends = depth < deepest ? closingBraces(raw) : new Map<number, number>()
  const variable = /\$([A-Za-z_]\w*)/y
  for (let at = 0; at < raw.length; ) {
    variable.lastIndex = at
    const [bare, name = ""] = variable.exec(raw) ?? []
    const end = ends.get(at)
    if (raw.startsWith("$$", at)) {
      made += "$"
      at += 2
    } else if (bare) {
      made += known(name) ?? ""
      at += bare.length
    } else if (end !== undefined) {
      made += expandExpression(raw.slice(at + 2, end), known, depth)
      at = end + 1
    } else {
      made += raw[at]
      at++
    }
  }
  return made
}

/** Returns the names of the variables in a string. */
export function namesIn(raw: string): string[] {
  return [...raw.replaceAll("$$", "").matchAll(/\$\{?([A-Za-z_]\w*)/g)].map(([, name = ""]) => name)
}

/** Checks whether a string contains variables. */
export function isFilledIn(raw: string): boolean {
  return namesIn(raw).length > 0
}

/** Finds the closing brace of each `${`, in one pass: a string of a hostile file can have as many as it has characters. */
function closingBraces(raw: string): Map<number, number> {
  const ends = new Map<number, number>()
  const open: number[] = []
  for (let at = 0; at < raw.length; at++) {
    if (raw.startsWith("$$", at)) at++
    else if (raw.startsWith("${", at)) open.push(at)
    else if (raw[at] === "}") {
      const start = open.pop()
      if (start !== undefined) ends.set(start, at)
    }
  }
  return ends
}

function expandExpression(inner: string, known: (name: string) => string | undefined, depth: number): string {
  const [, name = "", operator = "", word = ""] = /^([A-Za-z_]\w*)(:?[-+?])?(.*)$/s.exec(inner) ?? []
  const value = known(name)
  const isSet = operator.startsWith(":") ? value !== undefined && value !== "" : value !== undefined
  if (operator.endsWith("-")) return isSet ? (value ?? "") : expand(word, known, depth + 1)
  if (operator.endsWith("+")) return isSet ? expand(word, known, depth + 1) : ""
  return value ?? ""
}

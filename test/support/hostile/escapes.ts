/** What moves a cursor, colours, hides, turns the direction of text or ends a line: by what it is called. */
const kinds = {
  ESC: "\u001b[2J",
  OSC: "\u001b]0;owned\u0007",
  clipboard: "\u001b]52;c;eA==\u0007",
  BEL: "\u0007",
  link: "\u001b]8;;http://x.example\u001b\\",
  "C1 CSI": "\u009b31m",
  "C1 OSC": "\u009d0;owned\u009c",
  BS: "\b\b\b",
  CR: "\rclean",
  DEL: "\u007f",
  NEL: "\u0085",
  "line separator": "\u2028",
  bidi: "\u202e",
  "zero width": "\u200b",
} as const

/** All of them in one text that has no line break, no NUL and no slash: it can be a file's name, and an argument. */
export const hostile: string = `x${Object.values(kinds).join("").replaceAll("/", "")}y`
/** As a printf in sh writes it. */
export const hostileOctal: string = [...Buffer.from(hostile)]
  .map((byte) => `\\${byte.toString(8).padStart(3, "0")}`)
  .join("")

/** Node's options for a program that throws such a text at an event of its process, where nothing catches it. */
export function throwing(event: string): string {
  const text = `decodeURIComponent(${JSON.stringify(encodeURIComponent(hostile))})`
  const script = `process.once(${JSON.stringify(event)}, () => { throw new Error(${text}) })`
  return `--import=data:text/javascript,${encodeURIComponent(script)}`
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** Where a text would reach a terminal raw: what it is, and what stands before it. */
export function rawIn(text: string): string[] {
  return [...text.matchAll(unsafe)].map(
    ({ 0: char, index }) =>
      `${JSON.stringify(char)} after ${JSON.stringify(text.slice(Math.max(0, index - 60), index))}`,
  )
}

/** The same of each text of a value, its keys included: a program that reads JSON prints what it parsed. */
export function rawTexts(value: unknown, at = ""): string[] {
  if (typeof value === "string") return rawIn(value.replaceAll("\n", "")).map((found) => `${at}: ${found}`)
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => [
    ...rawIn(key).map((found) => `${at} (key): ${found}`),
    ...rawTexts(each, `${at}.${key.slice(0, 20)}`),
  ])
}

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the expressions are those of Compose
import fc from "fast-check"
import { hasPython, runPython } from "../../support/python.ts"

/** Everything an environment can hold but a whole `${NAME}`, which is an expression and not a text. */
export const secrets: fc.Arbitrary<string> = fc
  .oneof(
    fc.string({ minLength: 1, unit: "binary" }),
    fc.string({ minLength: 1, unit: "grapheme" }),
    fc.stringMatching(/^[0-9a-f]{1,64}$/),
    fc.stringMatching(/^["'\\$\n\r\t:#{}[\],&*!|>%@`\u0085\u2028\ufeff a1=-]+$/),
    fc.constantFrom(
      "yes",
      "No",
      "null",
      "~",
      "1e3",
      "0x1F",
      "012",
      "1:30",
      "2020-01-01",
      ".inf",
      "<<",
      "=",
      "true",
      "- a",
    ),
  )
  .filter((text) => text !== "" && !text.includes("\0") && text.isWellFormed() && !/^\$\{/.test(text))

const names = ["A", "B_2", "PATH", "y", "URL"]

/** Map values and list entries as people write them. */
const values: fc.Arbitrary<string> = fc.constantFrom(
  "1",
  "'it''s: #1'",
  '"a\\n\\"b"',
  "plain # not",
  "plain",
  "true",
  "${HOME:-x}",
  "'$$'",
  "~",
  "",
)

type Form = "map" | "list" | "flow-map" | "flow-list" | "lines-map" | "none" | "empty-map" | "empty-list"

export interface ComposeFile {
  readonly file: string
  readonly holds: boolean
}

/** A Compose file with a service `gw` whose environment is written in one of all the ways. */
export const composeFiles: fc.Arbitrary<ComposeFile> = fc
  .record({
    form: fc.constantFrom<Form>("map", "list", "flow-map", "flow-list", "lines-map", "none", "empty-map", "empty-list"),
    entries: fc.uniqueArray(fc.tuple(fc.constantFrom(...names), values), { selector: ([name]) => name, minLength: 1 }),
    token: fc.option(fc.constantFrom("old", '"old"', "'old'", "|\n                old", "${T}", "&t old", "!!str 5"), {
      nil: undefined,
    }),
    at: fc.nat({ max: 4 }),
    comments: fc.boolean(),
    unit: fc.constantFrom("  ", "    "),
    newline: fc.constantFrom("\n", "\r\n"),
    last: fc.boolean(),
    bom: fc.boolean(),
    ending: fc.boolean(),
  })
  .map(({ form, entries, token, at, comments, unit, newline, last, bom, ending }) => {
    const block = form === "map"
    const own = token === undefined || (!block && /[|&!]/.test(token)) ? undefined : token
    const all = own === undefined ? entries : entries.toSpliced(at, 0, ["TOKEN", own])
    const empty = form === "none" || form.startsWith("empty")
    const environment = environmentLines(form, all, unit, comments)
    const image = [`${unit}${unit}image: x # it's`]
    const service = last ? [...image, ...environment] : [...environment, ...image]
    const others = [`${unit}other:`, `${unit}${unit}image: "y"`, `${unit}${unit}environment: [TOKEN=z]`]
    const lines = ["# head", "services:", ...(last ? others : []), `${unit}gw:`, ...service, ...(last ? [] : others)]
    const file = (bom ? "\uFEFF" : "") + lines.join("\n") + (ending ? "\n" : "")
    return { file: file.replaceAll("\n", newline), holds: own !== undefined && !empty }
  })

function environmentLines(
  form: Form,
  entries: readonly (readonly [string, string])[],
  unit: string,
  comments: boolean,
) {
  const [key, inner] = [`${unit}${unit}environment:`, unit.repeat(3)]
  const note = (index: number) => (comments && index % 2 === 0 ? " # c" : "")
  const block = (lines: readonly string[]) => [key + note(0), ...(comments ? [`${inner}# above`] : []), ...lines]
  const flow = (value: string) => (/^[$~]|^$/.test(value) ? '"v"' : value.replace(" # not", ""))
  const listed = entries.map(([name, value]) => `${name}=${value.replace(/['"]/g, "")}`)
  switch (form) {
    case "map":
      return block(entries.map(([name, value], i) => `${inner}${name}: ${value}${/\n/.test(value) ? "" : note(i)}`))
    case "list":
      return block(listed.map((entry, i) => `${inner}- ${/[#:]/.test(entry) ? `'${entry}'` : entry}${note(i)}`))
    case "flow-map":
      return [`${key} { ${entries.map(([name, value]) => `${name}: ${flow(value)}`).join(", ")} }`]
    case "flow-list":
      return [`${key} [${listed.map((entry) => `'${entry}'`).join(", ")}]`]
    case "lines-map": {
      const lines = entries.map(([name, value], i, { length }) => {
        return `${inner}${name}: ${flow(value)}${i < length - 1 ? "," : ""}${note(i)}`
      })
      return [`${key} {`, ...lines, `${unit}${unit}}`]
    }
    case "empty-map":
      return [`${key} {}${note(0)}`]
    case "empty-list":
      return [`${key} []${note(0)}`]
    case "none":
      return []
  }
}

const reader = `
import json, sys, yaml
print(json.dumps([yaml.safe_load(text) for text in json.load(sys.stdin)], default=str))
`

export const hasPyYaml = hasPython("yaml")

/** What PyYAML, a reader of YAML 1.1, makes of each text. */
// biome-ignore lint/suspicious/noExplicitAny: documents of any shape
export function readByPyYaml(texts: readonly string[]): any[] {
  return runPython(
    reader,
    texts.map((text) => text.replace(/^\uFEFF/, "")),
  )
}

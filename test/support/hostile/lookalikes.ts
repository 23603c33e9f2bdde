import fc from "fast-check"

const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 16, maxLength: 64 })
const tricky = "'\"`$%\\#;= \t~:!&|<>(){}[]*?+,./-_^@ahnsx01é→🙂"

/** Values that a person may take for a token, and a file's syntax for its own: no control characters but the tab. */
export const lookalikes: fc.Arbitrary<string> = fc.oneof(
  { weight: 2, arbitrary: hex },
  { weight: 1, arbitrary: fc.base64String({ minLength: 4, maxLength: 44 }) },
  { weight: 5, arbitrary: fc.string({ unit: fc.constantFrom(...tricky), minLength: 1, maxLength: 24 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "$HOME",
      "a$$b",
      "%h",
      "%%",
      "a\\",
      "\\n",
      "$(id)",
      "`id`",
      `\${A:-b}`,
      "a # b",
      "~",
      "a:~",
      ";",
    ),
  },
)

/** A file's lines, with endings of one kind or mixed, with or without the last one, with or without a byte order mark. */
export function fileOf(
  lines: fc.Arbitrary<string>,
  endings: readonly string[] = ["\n", "\r\n"],
  marks = ["", "\uFEFF"],
) {
  const ending = fc.oneof(
    fc.constantFrom(...endings).map((one) => [one]),
    fc.constant(endings),
  )
  return fc
    .tuple(fc.array(lines, { maxLength: 8 }), ending, fc.boolean(), fc.constantFrom("", "", "", ...marks))
    .map(([all, each, complete, mark]) => {
      const joined = all.map((line, index) => line + (each[index % each.length] ?? "\n")).join("")
      return mark + (complete ? joined : joined.replace(/(?:\r\n|\n)$/, ""))
    })
}

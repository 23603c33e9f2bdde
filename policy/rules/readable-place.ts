import type { Rule } from "../rule.ts"
import { isPlace } from "../subject.ts"

export const readablePlace: Rule = {
  name: "readable-place",
  description: "No file that holds a token can be read or changed by others.",
  level: "advisory",
  judge: (stack) =>
    stack
      .filter((subject) => isPlace(subject) && subject.props.open === true)
      .map((of) => ({
        of,
        message: `others can read or change this file, and a token stands in it: \`pulumi up\` ${mends(of.props.must)}; rotate, if somebody may have read it`,
      })),
}

function mends(must: unknown): string {
  if (must === "nothing") return "removes it"
  return must === "reference" ? "puts a reference in its place" : "closes the file (0600)"
}

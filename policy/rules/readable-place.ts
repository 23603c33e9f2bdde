import type { Rule } from "../rule.ts"
import { isPlace } from "../subject.ts"

export const readablePlace: Rule = {
  name: "readable-place",
  description: "No file with a token can be read or changed by other users.",
  fix: "`pulumi up`, then rotate if the file may have been read.",
  level: "advisory",
  evaluate: (stack) =>
    stack
      .filter((subject) => isPlace(subject) && subject.props.open === true)
      .map((subject) => ({
        subject,
        message: `other users can read or change this file, which contains a token: \`pulumi up\` ${describeFix(subject.props.must)}; rotate if it may have been read`,
      })),
}

function describeFix(must: unknown): string {
  if (must === "nothing") return "removes it"
  return must === "reference" ? "puts a reference in its place" : "closes the file (0600)"
}

import type { Rule } from "../rule.ts"
import { isPlace } from "../subject.ts"

export const publicDefault: Rule = {
  name: "public-default",
  description: "No place contains a token that documentation or a set-up script published.",
  fix: "`pulumi up`",
  level: "advisory",
  evaluate: (stack) =>
    stack
      .filter((subject) => isPlace(subject) && subject.props.found === "default")
      .map((subject) => ({
        subject,
        message: "it contains a public default, which is publicly known: `pulumi up` fixes it",
      })),
}

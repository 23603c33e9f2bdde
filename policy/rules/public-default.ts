import type { Rule } from "../rule.ts"
import { isPlace } from "../subject.ts"

export const publicDefault: Rule = {
  name: "public-default",
  description: "No place holds a token that documentation or a set-up script published.",
  level: "advisory",
  judge: (stack) =>
    stack
      .filter((subject) => isPlace(subject) && subject.props.found === "default")
      .map((of) => ({
        of,
        message: "a public default stands here, which anybody can look up: `pulumi up` puts it right",
      })),
}

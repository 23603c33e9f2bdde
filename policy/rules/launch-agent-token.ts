import type { Code } from "../../core/finding.ts"
import type { Rule } from "../rule.ts"
import { isPlace, type Subject } from "../subject.ts"

export const launchAgentToken: Rule = {
  name: "launch-agent-token",
  description: "No LaunchAgent or LaunchDaemon has a token in its property list.",
  level: "advisory",
  judge: (stack) =>
    stack
      .filter((subject) => isPlace(subject) && subject.props.format === "plist")
      .flatMap((of) => {
        if (of.props.must === "token") return [{ of, message: `a token is declared in it: ${remedy}` }]
        return holdsToken(of) ? [{ of, message: "a token stands in it: `pulumi up` removes it" }] : []
      }),
}

const remedy =
  "every program of its user can read a property list, and what is loaded outlives an edit. Declare must: nothing, and let the program read a 0600 file"

const empty: readonly Code[] = ["reference", "missing", "no-file", "unreadable", "unreachable"]

function holdsToken({ props }: Subject): boolean {
  return typeof props.found === "string" && !(empty as readonly string[]).includes(props.found)
}

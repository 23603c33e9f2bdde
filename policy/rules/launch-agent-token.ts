import type { Code } from "../../core/finding.ts"
import type { Rule } from "../rule.ts"
import { isPlace, type Subject } from "../subject.ts"

export const launchAgentToken: Rule = {
  name: "launch-agent-token",
  description: "No property list of a LaunchAgent or LaunchDaemon contains a token.",
  fix: "`must: nothing`, then `pulumi up`.",
  level: "advisory",
  evaluate: (stack) =>
    stack
      .filter((subject) => isPlace(subject) && subject.props.format === "plist")
      .flatMap((subject) => {
        if (subject.props.must === "token") return [{ subject, message: `it declares a token: ${remedy}` }]
        return holdsToken(subject) ? [{ subject, message: "it contains a token: `pulumi up` removes it" }] : []
      }),
}

const remedy =
  "every program of the user can read a property list, and an edit does not change the loaded one. Declare must: nothing, and let the program read a 0600 file"

const empty: readonly Code[] = ["reference", "missing", "no-file", "unreadable", "unreachable"]

function holdsToken({ props }: Subject): boolean {
  return typeof props.found === "string" && !(empty as readonly string[]).includes(props.found)
}

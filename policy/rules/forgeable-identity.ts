import type { Rule } from "../rule.ts"
import { gatekey, listOrEmpty } from "../subject.ts"

/** The settings by which a gateway knows that an identity is from its guard. */
const deciding = /^gateway\.(?:trustedProxies|auth\.(?:mode|trustedProxy|identityScopes)(?:\.|$))/

export const forgeableIdentity: Rule = {
  name: "forgeable-identity",
  description: "Only its guard can tell a gateway who is there.",
  fix: "`pulumi up`",
  level: "advisory",
  evaluate: (stack) =>
    stack
      .filter(({ type, props }) => type === gatekey.trustedProxy && props.mode !== "token")
      .flatMap((subject) => {
        const wrong = listOrEmpty(subject.props.faults)
          .map(String)
          .filter((key) => deciding.test(key))
        if (wrong.length === 0) return []
        return [
          {
            subject,
            message: `its config differs in ${wrong.join(", ")}: others may claim an identity; \`pulumi up\` repairs it`,
          },
        ]
      }),
}

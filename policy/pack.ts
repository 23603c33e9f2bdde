import { PolicyPack, type StackValidationPolicy } from "@pulumi/policy"
import type { Rule } from "./rule.ts"
import { rules } from "./rules/index.ts"
import { copyKnown, entriesOrEmpty } from "./subject.ts"

/** Builds a policy that evaluates outputs once the preview knows them: a mandatory one stops an `up` in its preview, before any change. */
function policyOf({ name, description, level, settings, evaluate }: Rule): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: level,
    ...(settings ? { configSchema: { properties: { ...settings } } } : {}),
    validateStack(stack, report) {
      const subjects = stack.resources.map(({ type, urn, props }) => ({
        type,
        urn,
        props: entriesOrEmpty(copyKnown(props)),
      }))
      for (const { subject, message } of evaluate(subjects, stack.getConfig())) report(message, subject.urn)
    },
  }
}

new PolicyPack("gatekey", { policies: rules.map(policyOf) })

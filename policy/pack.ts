import { PolicyPack, type StackValidationPolicy } from "@pulumi/policy"
import type { Rule } from "./rule.ts"
import { rules } from "./rules/index.ts"
import { entries, known } from "./subject.ts"

/** They judge outputs, once the preview knows them: a mandatory one stops an `up` in its preview, with nothing changed. */
function policyOf({ name, description, level, settings, judge }: Rule): StackValidationPolicy {
  return {
    name,
    description,
    enforcementLevel: level,
    ...(settings ? { configSchema: { properties: { ...settings } } } : {}),
    validateStack(stack, report) {
      const subjects = stack.resources.map(({ type, urn, props }) => ({ type, urn, props: entries(known(props)) }))
      for (const { of, message } of judge(subjects, stack.getConfig())) report(message, of.urn)
    },
  }
}

new PolicyPack("gatekey", { policies: rules.map(policyOf) })

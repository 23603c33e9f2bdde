import { expect } from "vitest"
import type { PolicySettings, Rule } from "../../policy/rule.ts"
import type { Subject } from "../../policy/subject.ts"

/** A resource of a stack, by the last word of its type. */
export function subject(type: string, props: Subject["props"], name = "one"): Subject {
  return { type, urn: `urn:pulumi:dev::fleet::${type}::${name}`, props }
}

export const ours = (kind: string, props: Subject["props"], name?: string): Subject =>
  subject(`gatekey:index:${kind}`, props, name)

/** What a rule says of a stack, with its defaults; no strong value that stands in the stack is in it. */
export function messagesOf(rule: Rule, stack: readonly Subject[], settings: PolicySettings = {}): string[] {
  const defaults = Object.fromEntries(Object.entries(rule.settings ?? {}).map(([name, each]) => [name, each.default]))
  const messages = rule.evaluate(stack, { ...defaults, ...settings }).map(({ message }) => message)
  for (const value of values) expect(messages.join("\n")).not.toContain(value)
  return messages
}

const values = new Set<string>()

/** A value that no message may hold. */
export function hidden(value: string): string {
  values.add(value)
  return value
}

import { gatekeyCommand } from "../../core/command-line.ts"
import { shown } from "../../core/escape.ts"
import { omitUndefined } from "../../core/given.ts"
import { maskTokens } from "../../core/mask.ts"
import { type Notice, parseNotice } from "../../core/notice.ts"
import { parseUrn } from "../../core/urn.ts"
import { NotChecked } from "../command.ts"

/** The output of `pulumi preview --json`, as far as a report needs it; its strings may be shown, but are not escaped for Markdown. */
export interface Preview {
  readonly stack: string
  /** The steps that change something, in their order. */
  readonly steps: readonly Step[]
  /** The resources that were read, with their last state before this run; those that change are in `steps` too. */
  readonly unchanged: readonly Step[]
  readonly notes: readonly Note[]
  /** The URN of each resource's parent, also of components. */
  readonly parents: ReadonlyMap<string, string>
}

export interface Step {
  /** Pulumi's operation: `create`, `update`, `replace`, `delete` … */
  readonly op: string
  readonly urn: string
  /** Such as `gatekey:index:Placement`. */
  readonly type: string
  readonly name: string
  /** The URN of its parent. */
  readonly parent: string
  readonly olds: Properties
  readonly news: Properties
  /** Its outputs before this run. */
  readonly outputs: Properties
}

/** One message about a resource, or about the whole run. */
export interface Note extends Notice {
  readonly severity: "info" | "warning" | "error"
  readonly urn: string
  readonly name: string
}

export interface Properties {
  readonly [key: string]: unknown
}

/** Operations that only read, or are part of another step. */
const unchangedOps = ["same", "refresh", "read", "delete-replaced", "create-replacement", "read-replacement", "discard"]
const longestText = 2000
const mark = /^(?:warning|error): /

/** Parses a preview. @throws NotChecked if it is not one */
export function previewIn(text: string): Preview {
  const { steps, diagnostics = [] } = object(parsePreview(text))
  if (!Array.isArray(steps)) throw new NotChecked("is not the output of `pulumi preview --json`: it has no steps")
  const all = steps.map((step) => stepOf(object(step)))
  return {
    stack: displayText(parseUrn(all.find(({ urn }) => urn.startsWith("urn:pulumi:"))?.urn ?? "").stack),
    steps: all.filter(({ op, custom }) => custom && !unchangedOps.includes(op)),
    unchanged: all.filter(({ op, custom }) => custom && (op === "refresh" || op === "same")),
    notes: (Array.isArray(diagnostics) ? diagnostics : []).map((each) => noteOf(object(each))),
    parents: new Map(all.map(({ urn, parent }) => [urn, parent])),
  }
}

/** Makes foreign text safe to show: it masks tokens and escapes control characters. */
export function displayText(text: string): string {
  return shown(maskTokens(text), longestText)
}

/** Returns a string property; empty if there is none. */
export function textIn(properties: Properties, key: string): string {
  const value = properties[key]
  return typeof value === "string" ? value : ""
}

function parsePreview(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new NotChecked(`is not JSON; run: pulumi preview --json | ${gatekeyCommand} report`)
  }
}

function stepOf(step: Properties): Step & { readonly custom: boolean } {
  const [before, after] = [object(step.oldState), object(step.newState)]
  const urn = textIn(step, "urn")
  return {
    op: textIn(step, "op"),
    urn,
    type: typeIn(urn),
    name: nameIn(urn),
    parent: textIn(after, "parent") || textIn(before, "parent"),
    olds: object(before.inputs),
    news: object(after.inputs),
    outputs: object(before.outputs),
    custom: before.custom !== false && after.custom !== false,
  }
}

function noteOf(note: Properties): Note {
  const [severity, urn] = [textIn(note, "severity"), textIn(note, "urn")]
  const { message, fix, plan, restart } = parseNotice(textIn(note, "message").replace(mark, "").trimEnd())
  return {
    severity: severity === "warning" || severity === "error" ? severity : "info",
    urn,
    name: nameIn(urn),
    message: displayText(onOneLine(message)),
    ...omitUndefined({ fix: fix && displayText(fix), plan: plan && displayText(plan), restart }),
  }
}

/** Joins a list under its title, such as the configuration's errors, into one line. */
function onOneLine(text: string): string {
  return text
    .trim()
    .replace(/:\s*\n\s*/g, ": ")
    .replace(/\s*\n\s*/g, "; ")
}

export function typeIn(urn: string): string {
  return parseUrn(urn).type
}

export function nameIn(urn: string): string {
  return displayText(parseUrn(urn).name)
}

function object(value: unknown): Properties {
  return typeof value === "object" && value !== null ? (value as Properties) : {}
}

import { gatekeyCommand } from "../../core/command-line.ts"
import { shown } from "../../core/escape.ts"
import { omitUndefined } from "../../core/given.ts"
import { maskTokens } from "../../core/mask.ts"
import { type Notice, parseNotice } from "../../core/notice.ts"
import { parseUrn } from "../../core/urn.ts"
import { NotChecked } from "../command.ts"

/** What `pulumi preview --json` prints, as far as a report needs it; its texts as they may be shown, without Markdown's escapes. */
export interface Preview {
  readonly stack: string
  /** The steps that change something, in their order. */
  readonly steps: readonly Step[]
  /** What was looked at, by each resource's last state before this run; what changes stands in `steps` as well. */
  readonly looked: readonly Step[]
  readonly notes: readonly Note[]
  /** The URN of what each resource stands in, components too. */
  readonly parents: ReadonlyMap<string, string>
}

export interface Step {
  /** Pulumi's word: `create`, `update`, `replace`, `delete` … */
  readonly op: string
  readonly urn: string
  /** Such as `gatekey:index:Placement`. */
  readonly type: string
  readonly name: string
  /** The URN of what it stands in. */
  readonly parent: string
  readonly olds: Properties
  readonly news: Properties
  /** What was known of it before. */
  readonly outputs: Properties
}

/** One line of what was said about a resource, or about the whole run. */
export interface Note extends Notice {
  readonly severity: "info" | "warning" | "error"
  readonly urn: string
  readonly name: string
}

export interface Properties {
  readonly [key: string]: unknown
}

/** Looked at, or only a part of another step. */
const still = ["same", "refresh", "read", "delete-replaced", "create-replacement", "read-replacement", "discard"]
const longestText = 2000
const mark = /^(?:warning|error): /

/** @throws Unseen for what is none */
export function previewIn(text: string): Preview {
  const { steps, diagnostics = [] } = object(parsed(text))
  if (!Array.isArray(steps)) throw new NotChecked("it is not what `pulumi preview --json` prints: it has no steps")
  const all = steps.map((step) => stepOf(object(step)))
  return {
    stack: displayed(parseUrn(all.find(({ urn }) => urn.startsWith("urn:pulumi:"))?.urn ?? "").stack),
    steps: all.filter(({ op, custom }) => custom && !still.includes(op)),
    looked: all.filter(({ op, custom }) => custom && (op === "refresh" || op === "same")),
    notes: (Array.isArray(diagnostics) ? diagnostics : []).map((each) => noteOf(object(each))),
    parents: new Map(all.map(({ urn, parent }) => [urn, parent])),
  }
}

/** A text of another program's: neither a token in it nor a control character. */
export function displayed(text: string): string {
  return shown(maskTokens(text), longestText)
}

/** A text among the properties; empty where there is none. */
export function textIn(properties: Properties, key: string): string {
  const value = properties[key]
  return typeof value === "string" ? value : ""
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new NotChecked(`it is not JSON; run: pulumi preview --json | ${gatekeyCommand} report`)
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
    message: displayed(onOneLine(message)),
    ...omitUndefined({ fix: fix && displayed(fix), plan: plan && displayed(plan), restart }),
  }
}

/** A list under its title, as errors of the configuration are. */
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
  return displayed(parseUrn(urn).name)
}

function object(value: unknown): Properties {
  return typeof value === "object" && value !== null ? (value as Properties) : {}
}

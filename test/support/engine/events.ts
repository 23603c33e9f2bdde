import { existsSync, readFileSync, rmSync } from "node:fs"
import { omitUndefined } from "../../../core/given.ts"
import { formatNoticeLine, type Interruption, parseNotice } from "../../../core/notice.ts"

/** What one command of the engine did, from its own log of events. */
export interface Events {
  /** `update tw config`, sorted: every step but those that keep or read; in a preview, what it planned. */
  readonly steps: readonly string[]
  /** How many resources were created, updated, and so on. */
  readonly changes: Readonly<Record<string, number>>
  readonly diagnostics: readonly Diagnostic[]
}

export interface Diagnostic {
  /** The resource's name; empty for what concerns none. */
  readonly name: string
  readonly severity: string
  /** Its sentences on one line. */
  readonly message: string
  readonly restart?: Interruption
}

interface Event {
  readonly resourcePreEvent?: Step
  readonly resOutputsEvent?: Step
  readonly diagnosticEvent?: { readonly urn?: string; readonly severity: string; readonly message: string }
  readonly summaryEvent?: { readonly isPreview: boolean; readonly resourceChanges: Readonly<Record<string, number>> }
}

interface Step {
  readonly metadata: { readonly op: string; readonly urn: string; readonly type: string }
}

/** Reads the log and removes it at once: the debug events in it carry values in the clear. */
export function takeEvents(file: string): Events {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : []
  rmSync(file, { force: true })
  const events = lines.map((line) => JSON.parse(line) as Event)
  const summary = events.find(({ summaryEvent }) => summaryEvent)?.summaryEvent
  // A failed step begins and has no outputs; a planned one may have none either.
  const steps = events.map((event) => (summary?.isPreview ? event.resourcePreEvent : event.resOutputsEvent))
  return {
    steps: [...new Set(steps.flatMap((step) => (step && changes(step) ? [inWords(step)] : [])))].sort(),
    changes: changed(summary?.resourceChanges ?? {}),
    diagnostics: events.flatMap(({ diagnosticEvent: said }) =>
      said && said.severity !== "debug" ? [diagnosticOf(said)] : [],
    ),
  }
}

function diagnosticOf({ urn = "", severity, message }: NonNullable<Event["diagnosticEvent"]>): Diagnostic {
  const notice = parseNotice(message.trim())
  return {
    name: nameOf(urn),
    severity,
    message: formatNoticeLine(notice),
    ...omitUndefined({ restart: notice.restart }),
  }
}

/** What the preview phase of an `up` said that it will do, which stands in no log. */
export function announced(output: string): Record<string, number> {
  const phase = output.slice(0, output.indexOf("\nUpdating ("))
  const lines = [...phase.matchAll(/^ {4}\S+ ?(\d+) to (\w+)$/gm)]
  return changed(Object.fromEntries(lines.map(([, count, op]) => [op ?? "", Number(count)])))
}

function changed(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([op, count]) => op !== "same" && count > 0))
}

function changes({ metadata: { op, type } }: Step): boolean {
  return !["same", "refresh", "read"].includes(op) && !type.startsWith("pulumi:")
}

function inWords({ metadata: { op, urn } }: Step): string {
  return `${op} ${nameOf(urn)}`
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::")
}

import type { Notice } from "../core/notice.ts"
import type { Properties } from "./wire.ts"

/** The one outline of every resource: pure decisions where they can be, the world only in create, read, update, delete. */
export interface Resource {
  /** Completes and judges the inputs; all that is wrong with them at once. `fresh`: the state has no such resource. */
  check(request: { urn: string; news: Properties; fresh: boolean; log: Log }): Promise<Checked>
  /** Compares what was observed with what is wanted; looks at nothing. */
  diff(request: { urn: string; id: string; olds: Properties; news: Properties; log: Log }): Diff
  create(request: { urn: string; news: Properties; preview: boolean; log: Log }): Promise<Created>
  /** Observes. Without `inputs` it is an import. Nothing returned: it was never ours. */
  read(request: {
    urn: string
    id: string
    inputs: Properties
    state: Properties
    log: Log
  }): Promise<Observed | undefined>
  update(request: {
    urn: string
    id: string
    olds: Properties
    oldInputs: Properties
    news: Properties
    preview: boolean
    log: Log
  }): Promise<Properties>
  delete(request: { urn: string; olds: Properties; oldInputs: Properties; log: Log }): Promise<void>
}

export interface Checked {
  readonly inputs: Properties
  readonly failures?: readonly Failure[]
}

export interface Failure {
  readonly property: string
  readonly reason: string
}

/** The properties that differ; `replaces` among them those that make it another resource. */
interface Diff {
  readonly changes: readonly string[]
  readonly replaces?: readonly string[]
}

interface Created {
  readonly id: string
  readonly outputs: Properties
}

export interface Observed extends Created {
  readonly inputs: Properties
}

/** Reports to the person at the terminal, below the resource's name; a status stands there for a moment only. */
export type Log = (severity: "info" | "warning" | "status", notice: string | Notice) => void

import type { Notice } from "../core/notice.ts"
import type { Run } from "./run/run.ts"
import type { Properties } from "./wire.ts"

/** The outline of every resource: `check` and `diff` decide; create, read, update and delete touch the hosts. */
export interface Resource {
  /** Completes the inputs, and reports all their problems at once. `fresh`: the state has no such resource. */
  check(request: { run: Run; urn: string; news: Properties; fresh: boolean; log: Log }): Promise<Checked>
  /** Compares what was observed with what is wanted; reads nothing. */
  diff(request: { run: Run; urn: string; id: string; olds: Properties; news: Properties; log: Log }): Diff
  create(request: { run: Run; urn: string; news: Properties; preview: boolean; log: Log }): Promise<Created>
  /** Observes. Without `inputs` it is an import. Returns undefined if it was never managed. */
  read(request: {
    run: Run
    urn: string
    id: string
    inputs: Properties
    state: Properties
    log: Log
  }): Promise<Observed | undefined>
  update(request: {
    run: Run
    urn: string
    id: string
    olds: Properties
    oldInputs: Properties
    news: Properties
    preview: boolean
    log: Log
  }): Promise<Properties>
  delete(request: { run: Run; urn: string; olds: Properties; oldInputs: Properties; log: Log }): Promise<void>
}

export interface Checked {
  readonly inputs: Properties
  readonly failures?: readonly Failure[]
}

export interface Failure {
  readonly property: string
  readonly reason: string
}

/** The properties that differ; those in `replaces` make it another resource. */
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

/** Reports to the user, below the resource's name; a status is shown for a moment only. */
export type Log = (severity: "info" | "warning" | "status", notice: string | Notice) => void

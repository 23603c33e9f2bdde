import type { ProductProcess } from "../../probes/listeners/command.ts"

/** A script, a job or a service that starts a gateway or a node with unknown values. */
export interface Start {
  /** Absolute, or `crontab of me`. */
  readonly by: string
  readonly running: ProductProcess
  /** Clauses whose subject is the script. */
  readonly unknown: readonly string[]
}

import { type AuthorityStep, describeStep, planOf } from "../../../core/authority-phase.ts"
import type { Notice } from "../../../core/notice.ts"

/** Describes what an `up` does for a step of a rotation. */
export function describeChange(from: AuthorityStep, to: AuthorityStep): Notice {
  const [before, after] = [planOf(from), planOf(to)]
  const added = after.trusted.filter((each) => !before.trusted.includes(each))
  const removed = before.trusted.filter((each) => !after.trusted.includes(each))
  const changes = [
    ...added.map((each) => `makes authority g${each}, which every guard and sidecar then trusts as well`),
    ...(after.clients === before.clients
      ? []
      : [`issues the certificates of nodes and clients from authority g${after.clients}`]),
    ...(after.guards === before.guards ? [] : [`issues the certificates of guards from authority g${after.guards}`]),
    ...removed.map((each) => `removes authority g${each} from every guard and sidecar, and from the state`),
  ]
  return {
    message: `goes from ${describeStep(from)} to ${describeStep(to)}`,
    plan: `\`pulumi up\` ${changes.join(", and ")}; no connection is dropped`,
    restart: "none",
  }
}

/** Warns that a step concerns programs whose authorities gatekey does not know. */
export function describeUnmanaged(names: readonly string[]): Notice {
  return {
    message: `no sidecar of gatekey verifies the guards for ${names.join(", ")}`,
    fix: "give each such client the Authority's output `certificate`, which has both certificates, before this step",
  }
}

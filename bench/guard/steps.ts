import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { files } from "../../proxies/guard.ts"
import type { Declared, MigrationFleet, NodeName } from "../../test/support/fleets/migration-fleet.ts"

/** One reviewed change of the stack's file, on the way from a token to certificates or back. */
export interface Step {
  readonly what: string
  readonly declared: Declared
  /** What a person does before the `up`, or after it: starts a node anew. */
  readonly before?: () => Promise<void>
  readonly after?: () => Promise<void>
  /** Whether an `up` of it has begun to change the fleet. */
  readonly isMidway: () => boolean
}

const both = ["tw", "n2"] as const

/** The steps of `docs/guard.md`, from 2; the first has to be done. */
export function stepsForth(fleet: MigrationFleet): readonly Step[] {
  const { exists, isTrusting } = looksAt(fleet)
  const sidecar = (name: NodeName, sidecars: readonly string[]): Step => ({
    what: `sidecar of ${name}`,
    declared: { sidecars },
    after: () => fleet.restart(name, fleet.ways[name]),
    isMidway: () => exists(name, files.certificate),
  })
  return [
    { what: "guard", declared: {}, isMidway: () => exists("guard", files.certificate) },
    sidecar("tw", ["tw"]),
    sidecar("n2", both),
    { what: "trusted-proxy", declared: { sidecars: both, trusted: true }, isMidway: isTrusting },
  ]
}

/** The same in reverse: a node leaves its sidecar before that goes. */
export function stepsBack(fleet: MigrationFleet): readonly Step[] {
  const { exists, isTrusting } = looksAt(fleet)
  const noSidecar = (name: NodeName, sidecars: readonly string[]): Step => ({
    what: `no sidecar of ${name}`,
    declared: { sidecars },
    before: () => fleet.restart(name, fleet.gateway.port),
    isMidway: () => !exists(name, files.configuration),
  })
  return [
    { what: "token", declared: { sidecars: both }, isMidway: () => !isTrusting() },
    noSidecar("n2", ["tw"]),
    noSidecar("tw", []),
    { what: "no guard", declared: { guard: false }, isMidway: () => !exists("guard", files.configuration) },
  ]
}

function looksAt({ gateway, nodes }: MigrationFleet) {
  const folderOf = (whose: NodeName | "guard") =>
    whose === "guard"
      ? join(gateway.home, ".local/state/gatekey/studio-guard")
      : join(nodes[whose].home, `.local/state/gatekey/${whose}-sidecar`)
  return {
    exists: (whose: NodeName | "guard", file: string) => existsSync(join(folderOf(whose), file)),
    isTrusting: () => readFileSync(gateway.config, "utf8").includes('"trusted-proxy"'),
  }
}

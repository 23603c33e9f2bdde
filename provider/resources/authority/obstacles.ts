import { type AuthorityPlan, type AuthorityStep, describeStep, planOf } from "../../../core/authority-phase.ts"
import { UserError } from "../../../core/errors.ts"
import type { Observed, SeenCertificate, SeenProxy } from "../../run/observed.ts"
import type { Run } from "../../run/run.ts"

/** Refuses a step that would break a connection. @throws UserError with all reasons */
export function refuseStep(run: Run, id: string, from: AuthorityStep, to: AuthorityStep): void {
  const step = `cannot go from ${describeStep(from)} to ${describeStep(to)}`
  if (run.command.isPartial())
    throw new UserError(
      `${step}: the command leaves out a part of the stack, expected all of it; drop \`--target\`, \`--exclude\` and \`--refresh=false\``,
    )
  const problems = findObstacles(planOf(from), planOf(to), run.authorities.observed(id))
  if (problems.length === 0) return
  throw new UserError(
    `${step} yet: ${problems.join("; ")}. Nothing was changed. Run \`pulumi up\` for ${describeStep(from)} until it finds nothing to do`,
  )
}

/**
 * Finds what a step would break. An authority issues only what all that verify it trust already, and goes only when it has
 * issued nothing that is in use. What was not observed is an obstacle.
 */
export function findObstacles(from: AuthorityPlan, to: AuthorityPlan, observed: Observed): string[] {
  const proxies = [...observed.proxies.values()]
  const removed = from.trusted.filter((each) => !to.trusted.includes(each))
  return [
    ...(to.clients === from.clients ? [] : proxies.filter(isGuard).flatMap((each) => distrust(each, to.clients))),
    ...(to.guards === from.guards ? [] : proxies.filter(isSidecar).flatMap((each) => distrust(each, to.guards))),
    ...(removed.length === 0
      ? []
      : [
          ...[...observed.certificates.values()].flatMap((each) => dependence(each, removed)),
          ...[...observed.proxies].flatMap(([id, each]) => lag(each, observed.certificates.get(`${id}/own.pem`))),
        ]),
  ]
}

/** Lists the clients that verify the guards by a file that gatekey does not write. */
export function findUnmanaged({ certificates, proxies }: Observed): string[] {
  const own = new Set([...proxies.keys()].map((id) => `${id}/own.pem`))
  return [...certificates].filter(([id, { role }]) => role !== "guard" && !own.has(id)).map(([, { name }]) => name)
}

const isGuard = ({ kind }: SeenProxy) => kind === "guard"
const isSidecar = ({ kind }: SeenProxy) => kind === "sidecar"

function distrust({ name, trusts, problem }: SeenProxy, generation: number): string[] {
  if (problem !== undefined) return [`${name}: ${problem}`]
  return trusts.includes(generation) ? [] : [`${name} does not trust authority g${generation}`]
}

function dependence({ name, issuer, problem }: SeenCertificate, removed: readonly number[]): string[] {
  if (problem !== undefined) return [`${name}: ${problem}`]
  return issuer !== undefined && removed.includes(issuer) ? [`${name} is from authority g${issuer}`] : []
}

/** Reports a process that goes on with its earlier certificate. */
function lag({ name, digest, problem }: SeenProxy, certificate: SeenCertificate | undefined): string[] {
  if (problem !== undefined) return [`${name}: ${problem}`]
  const isEarlier = digest !== undefined && certificate?.digest !== undefined && certificate.digest !== digest
  return isEarlier ? [`${name} has not loaded its present certificate`] : []
}

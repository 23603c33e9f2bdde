import { describeValue } from "../../../core/describe-token.ts"
import { Unreachable, UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { type Ring, recognise } from "../../../core/ring.ts"
import { hostOf } from "../../../hosts/index.ts"
import { describeContainer, removeCommand } from "../../../probes/containers/describe.ts"
import { parseContainersSnapshot } from "../../../probes/containers/parse.ts"
import { containersScript } from "../../../probes/containers/script.ts"
import type { Container, ContainerClient, ContainersSnapshot } from "../../../probes/containers/snapshot.ts"
import { listContainerTokens } from "../../../probes/containers/tokens.ts"
import { formatOnHost } from "../../../probes/listeners/describe.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import type { Run } from "../../run/run.ts"
import type { ContainersInputs } from "./inputs.ts"

/** An undeclared container, and why it is a finding. */
interface UndeclaredContainer {
  readonly container: Container
  /** Describes it, without the fix. */
  readonly description: string
  /** Whether `up` stops it. */
  readonly evicted: boolean
  /** Whether it runs on a declared gateway's port: then the Listener evaluates and stops it. */
  readonly listens: boolean
  readonly remedy: string
}

export interface ContainersEvaluation {
  /** Describes what is found; equals the inputs' `found` if nothing is wrong. */
  readonly found: string
  readonly undeclared: readonly UndeclaredContainer[]
  /** Why the containers cannot be checked. */
  readonly problem?: string
}

/** Checks the containers once. A host that cannot be reached is another resource's finding. */
export async function evaluateContainers(
  run: Run,
  inputs: ContainersInputs,
  remembered: Ring | undefined,
): Promise<ContainersEvaluation> {
  try {
    const probe = containersScript()
    const { stdout } = await hostOf(inputs.host).run(probe.script, probe)
    const answer = parseTaggedAnswer(stdout)
    return answer
      ? await evaluateSnapshot(run, parseContainersSnapshot(answer), inputs, remembered)
      : unknownEvaluation("the look took too long")
  } catch (error) {
    if (error instanceof Unreachable) return { found: inputs.found, undeclared: [] }
    if (error instanceof UserError) return unknownEvaluation(error.message)
    throw error
  }
}

async function evaluateSnapshot(
  run: Run,
  snapshot: ContainersSnapshot,
  inputs: ContainersInputs,
  remembered: Ring | undefined,
): Promise<ContainersEvaluation> {
  const { client = "docker", problem } = snapshot
  const needed = (inputs.declared ?? []).length > 0
  if (snapshot.client === undefined && needed) return unknownEvaluation("there is no docker, and no podman")
  // Where no engine runs, no container does.
  if (problem !== undefined && (needed || !/is the docker daemon running|no such file/i.test(problem))) {
    return unknownEvaluation(`${client} does not answer: ${shown(problem)}`)
  }
  const others = snapshot.containers.filter(({ name }) => !inputs.declared?.some((each) => name.is(each)))
  // One ring for all containers: if the Token is not part of this run, the run waits for it.
  const ring = others.length > 0 ? await run.tokens.ringFor(inputs.token, remembered, "") : undefined
  const undeclared = others.flatMap((container) => undeclaredIn(run, container, client, inputs, ring) ?? [])
  const found = undeclared.map(({ description }) => description).join("; ")
  return { found: found || inputs.found, undeclared }
}

function undeclaredIn(
  run: Run,
  container: Container,
  client: ContainerClient,
  inputs: ContainersInputs,
  ring: Ring | undefined,
): UndeclaredContainer | undefined {
  const named = (specs: readonly string[] = []) =>
    specs.some((spec) => /^docker:/.test(spec) && container.name.is(spec.slice("docker:".length)))
  const idle = !container.running && !container.returns
  if (named(inputs.owners) || (idle && named(inputs.evict))) return undefined
  const held = listContainerTokens(container, (value) =>
    ring ? recognise(ring, value) !== undefined : run.tokens.isAdopted(value),
  )
  const ports = container.ports.filter((port) => inputs.ports.includes(port))
  if (held.length === 0 && ports.length === 0) return undefined
  const tokens = held.map(({ value, where }) => `${describeValue(value, ring).message} (${shown(where)})`)
  const facts = [
    ...(ports.length > 0 ? [`publishes port ${ports.join(", ")}`] : []),
    ...(tokens.length > 0 ? [`holds ${tokens.join(" and ")}`] : []),
  ]
  return {
    container,
    description: `${describeContainer(container, client)} ${facts.join(" and ")}`,
    evicted: named(inputs.evict),
    listens: container.running && ports.some((port) => (inputs.listened ?? inputs.ports).includes(port)),
    remedy: formatOnHost(inputs.host, removeCommand(container, client)),
  }
}

function unknownEvaluation(reason: string): ContainersEvaluation {
  return { found: `unknown: ${reason}`, undeclared: [], problem: reason }
}

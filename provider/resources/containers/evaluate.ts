import { Unreachable, UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { describeValue } from "../../../core/holds.ts"
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

/** A container that nobody declared, and why it is worth a word. */
interface Stray {
  readonly container: Container
  /** In words, without what becomes of it. */
  readonly what: string
  /** `up` stops it. */
  readonly evicted: boolean
  /** Its port is a declared gateway's, and it runs: the Listener's to stop and to judge. */
  readonly listens: boolean
  readonly remedy: string
}

export interface ContainersEvaluation {
  /** What is found, in words: those of the inputs where all is well. */
  readonly found: string
  readonly strays: readonly Stray[]
  /** Why nothing can be told. */
  readonly unseen?: string
}

/** One look. A host that cannot be reached is another resource's finding. */
export async function evaluateContainers(
  run: Run,
  inputs: ContainersInputs,
  remembered: Ring | undefined,
): Promise<ContainersEvaluation> {
  try {
    const look = containersScript()
    const { stdout } = await hostOf(inputs.host).run(look.script, look)
    const answer = parseTaggedAnswer(stdout)
    return answer
      ? await judged(run, parseContainersSnapshot(answer), inputs, remembered)
      : unseen("the look took too long")
  } catch (error) {
    if (error instanceof Unreachable) return { found: inputs.found, strays: [] }
    if (error instanceof UserError) return unseen(error.message)
    throw error
  }
}

async function judged(
  run: Run,
  snapshot: ContainersSnapshot,
  inputs: ContainersInputs,
  remembered: Ring | undefined,
): Promise<ContainersEvaluation> {
  const { client = "docker", problem } = snapshot
  const needed = (inputs.declared ?? []).length > 0
  if (snapshot.client === undefined && needed) return unseen("there is no docker, and no podman")
  // Where no engine runs, no container does.
  if (problem !== undefined && (needed || !/is the docker daemon running|no such file/i.test(problem))) {
    return unseen(`${client} does not answer: ${shown(problem)}`)
  }
  const others = snapshot.containers.filter(({ name }) => !inputs.declared?.some((each) => name.is(each)))
  // One for all of them: where the Token has no part in this run, it is waited for.
  const ring = others.length > 0 ? await run.tokens.ringFor(inputs.token, remembered, "") : undefined
  const strays = others.flatMap((container) => strayOf(run, container, client, inputs, ring) ?? [])
  return { found: strays.length > 0 ? strays.map(({ what }) => what).join("; ") : inputs.found, strays }
}

function strayOf(
  run: Run,
  container: Container,
  client: ContainerClient,
  inputs: ContainersInputs,
  ring: Ring | undefined,
): Stray | undefined {
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
    what: `${describeContainer(container, client)} ${facts.join(" and ")}`,
    evicted: named(inputs.evict),
    listens: container.running && ports.some((port) => (inputs.listened ?? inputs.ports).includes(port)),
    remedy: formatOnHost(inputs.host, removeCommand(container, client)),
  }
}

function unseen(reason: string): ContainersEvaluation {
  return { found: `unknown: ${reason}`, strays: [], unseen: reason }
}

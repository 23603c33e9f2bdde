/** The phases of a rotation of the stack's certificate authority, in their order. */
export const phases = ["trust", "clients", "servers"] as const
export type AuthorityPhase = (typeof phases)[number]

/** Which authority counts: the newest, and how far the rotation to it has come. Without a phase it is the only one. */
export interface AuthorityStep {
  readonly generation: number
  readonly phase?: AuthorityPhase | undefined
}

/** The authorities of a step, by their generations. */
export interface AuthorityPlan {
  /** Those that every guard and sidecar trusts. */
  readonly trusted: readonly number[]
  /** The one that issues the certificates of nodes and clients. */
  readonly clients: number
  /** The one that issues the certificates of guards. */
  readonly guards: number
}

/** Returns which authorities a step trusts, and which of them issue. */
export function planOf({ generation, phase }: AuthorityStep): AuthorityPlan {
  if (phase === undefined) return { trusted: [generation], clients: generation, guards: generation }
  const previous = generation - 1
  return {
    trusted: [previous, generation],
    clients: phase === "trust" ? previous : generation,
    guards: phase === "servers" ? generation : previous,
  }
}

/** Returns the generation of the authority that issues a certificate. */
export function issuerOf({ clients, guards }: AuthorityPlan, role: string): number {
  return role === "guard" ? guards : clients
}

/** Explains why a step cannot be declared at all; undefined if it can. */
export function phaseProblem({ generation, phase }: AuthorityStep): string | undefined {
  return phase !== undefined && generation === 1
    ? "must not be set with generation 1: there is no earlier authority"
    : undefined
}

/** Explains why one step cannot follow the other, with those that can; undefined if it can. */
export function stepProblem(from: AuthorityStep, to: AuthorityStep): string | undefined {
  const distance = positionOf(to) - positionOf(from)
  const back = previousStep(from)
  if (distance === 0 || distance === 1 || (distance === -1 && back)) return undefined
  const ways = [
    `the next step is ${describeStep(nextStep(from))}`,
    back
      ? `the step back is ${describeStep(back)}`
      : `no step leads back, as ${from.generation === 1 ? "it is the first" : `authority g${from.generation - 1} is gone`}`,
  ]
  return `cannot go from ${describeStep(from)} to ${describeStep(to)}: ${ways.join(", and ")}`
}

export function describeStep({ generation, phase }: AuthorityStep): string {
  return `generation ${generation}${phase === undefined ? "" : ` with phase ${phase}`}`
}

/** Numbers the steps: each generation has the three phases that lead to it, and itself. */
function positionOf({ generation, phase }: AuthorityStep): number {
  return generation * 4 - (phase === undefined ? 0 : phases.length - phases.indexOf(phase))
}

function nextStep({ generation, phase }: AuthorityStep): AuthorityStep {
  if (phase === undefined) return { generation: generation + 1, phase: phases[0] }
  const next = phases[phases.indexOf(phase) + 1]
  return next === undefined ? { generation } : { generation, phase: next }
}

/** Returns undefined once the earlier authority is gone. */
function previousStep({ generation, phase }: AuthorityStep): AuthorityStep | undefined {
  if (phase === undefined) return undefined
  const previous = phases[phases.indexOf(phase) - 1]
  return previous === undefined ? { generation: generation - 1 } : { generation, phase: previous }
}

export const phases = ["write", "rename", "connection", "reload", "checkpoint"] as const
export type Phase = (typeof phases)[number]

export const victims = ["engine", "provider", "ssh", "gateway"] as const
export type Victim = (typeof victims)[number]

/** Points of a phase that are tried with each victim. */
const few = 4

/** A moment of a rotation: the n-th of its phase. */
export interface Point {
  readonly phase: Phase
  /** From 1. */
  readonly number: number
  readonly what: string
}

export interface Case {
  readonly point: Point
  readonly victim: Victim
}

/**
 * Lists the cases of all points, victims in turn; if a phase has few points, each with each victim. With `most` about as many as are asked
 * for: the same number of each phase as far as it has them, its points evenly chosen.
 */
export function casesOf(points: readonly Point[], most = Number.POSITIVE_INFINITY): Case[] {
  const groups = phases.map((phase) => points.filter((point) => point.phase === phase))
  const full = groups.map(({ length }) => (length > few ? length : length * victims.length))
  const shares = evenly(full, most)
  return groups.flatMap((group, turn) => {
    const count = shares[turn] ?? 0
    const step = Math.max(1, group.length / count)
    return Array.from({ length: count }, (_, at) => {
      const round = step === 1 ? Math.floor(at / group.length) : 0
      return caseAt(group, Math.floor(at * step), at + round * shift(group.length) + turn)
    })
  })
}

/** Returns the shift by which a point that is repeated gets another victim. */
function shift(length: number): number {
  return (1 - (length % victims.length) + victims.length) % victims.length
}

function caseAt(points: readonly Point[], at: number, turn: number): Case {
  const [point, victim] = [points[at % points.length], victims[turn % victims.length]]
  if (!point || !victim) throw new Error("a case needs a point")
  return { point, victim }
}

/** Distributes `most` among them, each at least one and at most as many as it has. */
function evenly(wants: readonly number[], most: number): number[] {
  let level = 1
  const at = (level: number) => wants.map((want) => Math.min(want, level))
  const sum = (all: readonly number[]) => all.reduce((before, one) => before + one, 0)
  while (sum(at(level + 1)) <= most && level < Math.max(...wants)) level++
  return at(level)
}

/** Describes a point: `rename 2 (gateway-token is replaced)`. */
export function describePoint({ phase, number, what }: Point): string {
  return `${phase} ${number} (${what})`
}

/**
 * What a fleet must be like, on one page: a token with numbered generations is declared, and places that must contain the
 * one in force. After each `up` the world equals the model; between, clients are asked for nothing but an allowed token.
 */

/** What is declared, and what follows from it. */
export interface Model {
  /** The generation in force, and the one before it. */
  readonly generation: number
  readonly previous: number | undefined
  readonly highest: number
  /** How many generations the fleet can go back to, the one in force included; and which they are. */
  readonly keep: number
  readonly kept: readonly number[]
  readonly gateways: readonly string[]
  /** Homes that are declared, gateways' included. */
  readonly homes: readonly string[]
  /** Places that are declared, by `HOME KIND`. */
  readonly places: readonly string[]
  /** Lines of the user's own in the file of each place, declared or not. */
  readonly foreign: Readonly<Record<string, readonly string[]>>
}

/** What a place contains: a generation of the token, nothing, or another value. */
type Content = number | "nothing" | "another"

/** What there is. */
export interface World {
  readonly places: Readonly<Record<string, PlaceSnapshot>>
  /** Which of the generations that ever were, each gateway accepts; 0 is a public default. */
  readonly accepted: Readonly<Record<string, readonly number[]>>
  /** What each home remembers of its rotations. */
  readonly markers: Readonly<Record<string, Pick<Model, "generation" | "highest"> | undefined>>
  readonly kept: readonly number[]
  /** How many rotations the state remembers. */
  readonly receipts: number
  /** Files that nobody declared and that changed, appeared or vanished. */
  readonly changedFiles: readonly string[]
}

export interface PlaceSnapshot {
  readonly content: Content
  /** Whether its user alone can read it. */
  readonly isPrivate: boolean
  /** All lines but gatekey's own. */
  readonly foreign: readonly string[]
}

const mostReceipts = 20

/** The declared generation changes, forward or back. */
export function rotate(model: Model, to: number): Model {
  if (to === model.generation) return model
  const [previous, highest] = [model.generation, Math.max(model.highest, to)]
  return prune({ ...model, generation: to, previous, highest, kept: [...new Set([...model.kept, to])] })
}

/** Forgets all but so many: the one in force and the previous one are kept in any case, then the newest. */
export function prune(model: Model, keep = model.keep): Model {
  const { generation, previous = generation } = model
  const order = new Set([generation, previous, ...model.kept.toSorted((one, other) => other - one)])
  return { ...model, keep, kept: [...order].slice(0, keep).sort((one, other) => one - other) }
}

/** Generations to go back to. */
export function earlier(model: Model): number[] {
  return model.kept.filter((each) => each !== model.generation)
}

/** Which generations a gateway may accept: while an `up` leads to another one, one of both. */
export function allowed(model: Model, coming: number | undefined): number[] {
  return coming === undefined || coming === model.generation ? [model.generation] : [model.generation, coming]
}

/** Describes how the world differs from the model; nothing after each `up`. */
export function differences(model: Model, world: World): string[] {
  const missing = model.places.filter((name) => world.places[name] === undefined)
  const places = Object.entries(world.places).flatMap(([name, place]) => placeDifferences(model, name, place))
  const gateways = model.gateways.flatMap((name) => {
    const accepted = world.accepted[name] ?? []
    return same(accepted, [model.generation])
      ? []
      : [`${name} accepts generations ${list(accepted)}, expected ${model.generation}`]
  })
  const markers = Object.entries(world.markers).flatMap(([home, marker]) => {
    const expected = model.homes.includes(home) ? `${model.generation} of ${model.highest}` : "none"
    const found = marker ? `${marker.generation} of ${marker.highest}` : "none"
    return found === expected ? [] : [`the marker of ${home} says ${found}, expected ${expected}`]
  })
  const kept = same(world.kept, model.kept)
    ? []
    : [`generations ${list(world.kept)} are kept, expected ${list(model.kept)}`]
  const receipts =
    world.receipts <= mostReceipts ? [] : [`${world.receipts} receipts are kept, expected ${mostReceipts}`]
  const files = world.changedFiles.map((name) => `${name} changed, expected no change`)
  return [
    ...missing.map((name) => `${name} was not found`),
    ...places,
    ...gateways,
    ...markers,
    ...kept,
    ...receipts,
    ...files,
  ]
}

function placeDifferences(model: Model, name: string, { content, isPrivate, foreign }: PlaceSnapshot): string[] {
  const isDeclared = model.places.includes(name)
  const expected = isDeclared ? model.generation : "nothing"
  const lines = model.foreign[name] ?? []
  return [
    ...(content === expected ? [] : [`${name} contains ${content}, expected ${expected}`]),
    ...(isDeclared && !isPrivate ? [`${name} can be read by others`] : []),
    ...(same(foreign, lines) ? [] : [`${name} has the lines ${list(foreign)} of others, expected ${list(lines)}`]),
  ]
}

const same = (one: readonly unknown[], other: readonly unknown[]) => JSON.stringify(one) === JSON.stringify(other)
const list = (all: readonly unknown[]) => `[${all.join(" | ")}]`

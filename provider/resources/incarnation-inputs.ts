import { type Want, wantedWords } from "../../core/holds.ts"
import { hostProblem } from "../../core/host.ts"
import { managers } from "../../services/index.ts"
import { failuresOf, flag, generation, isOpen, type Kind, text, textList } from "../inputs.ts"
import type { Checked, Failure } from "../resource.ts"
import { type Properties, unknown } from "../wire.ts"

/** A container's inputs once they are checked and all known. */
export interface IncarnationInputs {
  readonly host: string
  /** The container's own name. */
  readonly name: string
  /** The environment variable that can carry the token, and what it must hold. */
  readonly variable: string
  readonly must: "token" | "nothing"
  /** What it is made from, as the engine knows it. */
  readonly image?: string
  /** `no`, `always`, `unless-stopped`, `on-failure`. */
  readonly restart?: string
  /** What it publishes: `127.0.0.1:18789->18789`. */
  readonly ports?: readonly string[]
  /** Whom `up` stops, before it is made, when they have one of its ports: `docker:NAME`. */
  readonly evict?: readonly string[]
  /** Replace a container of that name that gatekey did not make. */
  readonly overwrite?: boolean
  readonly token: string
  readonly generation: number
  readonly fingerprint: string
  /** What is wanted, in words. */
  readonly is: string
}

/** What makes it another container. */
export const identity = ["host", "name"] as const

const must: Kind<string> = {
  expected: "token or nothing",
  is: (value): value is string => value === "token" || value === "nothing",
}

const expectations = {
  host: { kind: text, required: true },
  name: { kind: text, required: true },
  variable: { kind: text, required: true },
  must: { kind: must },
  image: { kind: text },
  restart: { kind: text },
  ports: { kind: textList },
  evict: { kind: textList },
  overwrite: { kind: flag },
  token: { kind: text },
  generation: { kind: generation },
  fingerprint: { kind: text },
}

/** Fills in defaults and says all that is wrong at once. */
export function completed(news: Properties): Checked {
  const { is: _, ...given }: Properties = { host: "local", must: "nothing", ...news }
  const failures: Failure[] = failuresOf(given, expectations)
  const judge = (property: string, problem: string | undefined) => {
    if (problem) failures.push({ property, reason: problem })
  }
  const { host, name, variable } = given
  if (typeof host === "string") judge("host", hostProblem(host))
  if (typeof name === "string") judge("name", managers.container.nameProblem(name))
  if (typeof variable === "string" && !/^[A-Za-z_]\w*$/.test(variable)) judge("variable", "is no variable's name")
  return { inputs: { ...given, is: wordsOf(given) }, failures }
}

/** What the container must be, in words, where that is known already. */
export function wordsOf(inputs: Properties): string | typeof unknown {
  const want = wantOf(inputs)
  const { image, restart, ports } = inputs
  if (!want || [image, restart, ports].some(isOpen)) return unknown
  return factsOf({
    holds: wantedWords(want),
    ...(typeof image === "string" ? { image } : {}),
    ...(typeof restart === "string" ? { restart } : {}),
    ...(Array.isArray(ports) ? { ports: ports.map(String) } : {}),
  })
}

/** Facts of a container, declared or seen. */
export interface Facts {
  readonly holds: string
  readonly image?: string
  readonly restart?: string
  readonly ports?: readonly string[]
}

/** In words; only what is declared counts. */
export function factsOf({ holds, image, restart, ports }: Facts): string {
  return [
    `holds ${holds}`,
    ...(image === undefined ? [] : [`image ${image}`]),
    ...(restart === undefined ? [] : [`restart ${restart || "no"}`]),
    ...(ports === undefined
      ? []
      : [ports.length > 0 ? `publishes ${[...ports].sort().join(", ")}` : "publishes nothing"]),
  ].join(", ")
}

function wantOf({ must, generation, fingerprint }: Properties): Want | undefined {
  if (must === "nothing") return { must }
  if (typeof generation !== "number" || typeof fingerprint !== "string") return undefined
  return { must: "token", generation, fingerprint }
}

/** Whether we know enough to look at it. */
export function isKnown(inputs: Properties): boolean {
  return [...identity, "variable", "must"].every((key) => !isOpen(inputs[key]))
}

/** The host's ports of a container, of `127.0.0.1:18789->18789`. */
export function hostPorts({ ports = [] }: Pick<IncarnationInputs, "ports">): number[] {
  return ports.map((words) => Number(/:(\d+)->/.exec(words)?.[1]))
}

export function incarnationId({ host, name }: Pick<IncarnationInputs, "host" | "name">): string {
  return `${host}|container ${name}`
}

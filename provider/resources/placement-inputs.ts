import { gatekeyCommand } from "../../core/command-line.ts"
import { type Want, wantedWords } from "../../core/holds.ts"
import { placeHostProblem } from "../../core/host.ts"
import { formatOf, pathProblem } from "../../core/place.ts"
import { type Content, type FormatName, formatNames } from "../../places/format.ts"
import { formats } from "../../places/index.ts"
import { familyOf } from "../../places/shell/family.ts"
import { failuresOf, flag, generation, type Kind, object, text } from "../inputs.ts"
import type { Checked, Failure } from "../resource.ts"
import { type Properties, unknown } from "../wire.ts"

/** A placement's inputs once they are checked and all known. */
export interface PlacementInputs {
  readonly host: string
  readonly path: string
  readonly locator: string
  readonly format: FormatName
  readonly must: "token" | "reference" | "nothing"
  /** An object where the format has them, else text such as `op://…`. */
  readonly reference?: Content
  readonly why?: string
  readonly serves?: string
  readonly overwrite?: boolean
  /** The product's first version that understands the reference. */
  readonly since?: string
  /** The Token's id. */
  readonly token: string
  readonly generation: number
  readonly fingerprint: string
  /** What the place must hold, in words. */
  readonly holds: string
}

/** What makes it another place. */
export const identity = ["host", "path", "locator", "format"] as const

const must: Kind<string> = {
  expected: "token, reference or nothing",
  is: (value): value is string => ["token", "reference", "nothing"].includes(value as string),
}
const content: Kind<Content> = {
  expected: "an object or a text",
  is: (value): value is Content => object.is(value) || typeof value === "string",
}
const format: Kind<string> = {
  expected: `one of ${formatNames.join(", ")}`,
  is: (value): value is string => formatNames.includes(value as FormatName),
}

const expectations = {
  host: { kind: text, required: true },
  path: { kind: text, required: true },
  locator: { kind: text, required: true },
  format: { kind: format },
  must: { kind: must },
  reference: { kind: content },
  why: { kind: text },
  serves: { kind: text },
  overwrite: { kind: flag },
  since: { kind: text },
  token: { kind: text },
  generation: { kind: generation },
  fingerprint: { kind: text },
  holds: { kind: text },
}

/** Fills in defaults and says all that is wrong at once. */
export function completed(news: Properties): Checked {
  const { holds: _, ...given }: Properties = { host: "local", must: "token", ...news }
  const failures: Failure[] = failuresOf(given, expectations)
  const { host, path, locator, reference } = given
  const judge = (property: string, problem: string | undefined) => {
    if (problem) failures.push({ property, reason: problem })
  }
  if (typeof host === "string") judge("host", placeHostProblem(host))
  if (typeof path === "string") judge("path", pathProblem(path))
  if (locator === "") judge("locator", "is empty")
  if (given.must === "reference" && reference === undefined) judge("reference", "is missing, and must is reference")
  const told = typeof path === "string" && typeof locator === "string" ? formatOf({ path, locator }) : undefined
  const format = given.format ?? told
  if (typeof path === "string" && typeof locator === "string" && format === undefined) {
    judge("format", `is not told by the file's name; set it to one of ${formatNames.join(", ")}`)
  }
  const family = typeof path === "string" && format === "shell" ? familyOf(path) : undefined
  if (family) {
    const how = `remove the place, and change by hand the lines that \`${gatekeyCommand} scan\` reports`
    judge("path", `is a file of ${family}; only those of sh, bash and zsh are edited: ${how}`)
  }
  return { inputs: { ...given, format, holds: wordsOf(given) }, failures }
}

/** What the inputs want; nothing while the token is not known yet. */
export function wantOf({ must, reference, generation, fingerprint, format }: Properties): Want | undefined {
  if (must === "nothing") return { must }
  if (must === "reference")
    return reference === unknown
      ? undefined
      : { must, reference: (reference ?? {}) as Content, ...(isProgram(format) ? { executable: true } : {}) }
  if (typeof generation !== "number" || typeof fingerprint !== "string") return undefined
  return { must: "token", generation, fingerprint }
}

function isProgram(format: unknown): boolean {
  return formats[format as FormatName]?.executable === true
}

/** What the place must hold, in words, where it is known already. */
function wordsOf(inputs: Properties): string | typeof unknown {
  const want = wantOf(inputs)
  if (want) return wantedWords(want)
  return inputs.generation === undefined ? "a token" : unknown
}

/** Whether the `up` will know more than we do now. */
export function isKnown(inputs: Properties): boolean {
  return [...identity, "must", "reference"].every((key) => inputs[key] !== unknown)
}

/** Whether the token is known already: then the step needs its value, in a preview too. */
export function isBound({ token, generation, fingerprint }: PlacementInputs): boolean {
  return typeof token === "string" && typeof generation === "number" && typeof fingerprint === "string"
}

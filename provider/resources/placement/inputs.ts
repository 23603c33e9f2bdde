import * as v from "valibot"
import { gatekeyCommand } from "../../../core/command-line.ts"
import type { Content, FormatName } from "../../../core/content.ts"
import { formatNames } from "../../../core/content.ts"
import { describeExpected, type ExpectedContent } from "../../../core/holds.ts"
import { findFormat } from "../../../core/place.ts"
import { formats } from "../../../places/index.ts"
import { familyOf } from "../../../places/shell/family.ts"
import { checkInputs } from "../../check-inputs.ts"
import { type Inputs, may, need, preset } from "../../declare.ts"
import { boolean, isObject, list, object, oneOf, path, placeHost, secret, string, withRule } from "../../kinds.ts"
import type { Checked } from "../../resource.ts"
import { type Properties, unknown } from "../../wire.ts"
import { bound } from "../bound.ts"

export const content = v.custom<Content>(
  (value) => isObject(value) || typeof value === "string",
  "an object or a string",
)

const removed = object("Removed", {
  at: need(string, "When, as ISO 8601 in UTC."),
  what: need(string, "Describes what it was, such as `another token (fp:77ab01d2)`."),
  fingerprint: may(string, "The fingerprint of the value."),
})

export const placementDeclaration = {
  about: "One place that contains the token, a reference to it, or nothing.",
  inputs: {
    host: preset(placeHost, "local", "The host, `local` or `ssh://[user@]name[:port]`, or an item of a vault."),
    path: need(path, "The file: an absolute path, or `~/…` for the home of the host's user."),
    locator: need(
      withRule(string, (locator) => (locator === "" ? "is empty" : undefined)),
      "Where in the file: a JSON5 key path, a variable's name, a `--flag`, `SERVICE.VARIABLE`, or `*` for the whole file.",
    ),
    format: may(oneOf(formatNames), "The format of the file. Default: by the name of the file."),
    must: preset(oneOf(["token", "reference", "nothing"]), "token", "What the place must contain."),
    reference: may(
      content,
      "What `must: reference` writes: an object such as a SecretRef of openclaw, or a string such as `op://Home/gatekey/token`.",
    ),
    why: may(string, "Why, in a few words; shown with a drift."),
    serves: may(string, "What stops working without it, in a few words; shown when it is destroyed."),
    overwrite: may(boolean, "Overwrite a live value that is not known, at the first `pulumi up`. Default: false."),
    since: may(
      string,
      "The product's first version that understands the reference, such as `2026.3.2`. Default: all do.",
    ),
    ...bound,
  },
  computed: {
    holds: need(string, "Describes what the place contains."),
  },
  outputs: {
    last: may(string, "What was last seen in the place before its host could not be reached."),
    lastFound: may(string, "The code of what was last seen in the place before its host could not be reached."),
    found: may(string, "The code of what was found in the place."),
    foreignReference: may(boolean, "The place contains a reference that gatekey did not write."),
    open: may(boolean, "Whether other users of the host can read or change a value in the place."),
    revision: may(string, "What was last declared, in words: a healed place does not change it."),
    ring: may(secret, "The fingerprints of the Token's values."),
    value: may(secret, "The token that the place contains."),
    removed: may(list(removed, "a list"), "What `pulumi up` removed or overwrote in the place, latest last."),
    imported: may(boolean, "It was imported, and is not bound to a token yet."),
  },
}

/** Checked inputs of a placement, when all of them are known. */
export type PlacementInputs = Inputs<typeof placementDeclaration> & { readonly format: FormatName }

/** The inputs that identify the place. */
export const identity = ["host", "path", "locator", "format"] as const

/** Fills in defaults, and reports all problems at once. */
export function completed(news: Properties): Checked {
  const { given, failures } = checkInputs(placementDeclaration, news)
  const { path, locator, reference } = given
  const report = (property: string, problem: string | undefined) => {
    if (problem) failures.push({ property, reason: problem })
  }
  if (given.must === "reference" && reference === undefined)
    report("reference", "is missing; `must: reference` requires it")
  const known = typeof path === "string" && typeof locator === "string" ? findFormat({ path, locator }) : undefined
  const format = given.format ?? known
  if (typeof path === "string" && typeof locator === "string" && format === undefined) {
    report("format", `is not known from the file's name; set it to one of ${formatNames.join(", ")}`)
  }
  const family = typeof path === "string" && format === "shell" ? familyOf(path) : undefined
  if (family) {
    const how = `remove the place, and change by hand the lines that \`${gatekeyCommand} scan\` reports`
    report("path", `is a file of ${family}, but only files of sh, bash and zsh are edited: ${how}`)
  }
  return { inputs: { ...given, format, holds: describeWantedPlace(given) }, failures }
}

/** Returns what the place must contain; undefined while the token is not known yet. */
export function wantOf({ must, reference, generation, fingerprint, format }: Properties): ExpectedContent | undefined {
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

/** Describes what the place must contain, if that is known already. */
function describeWantedPlace(inputs: Properties): string | typeof unknown {
  const want = wantOf(inputs)
  if (want) return describeExpected(want)
  return inputs.generation === undefined ? "a token" : unknown
}

/** Checks whether all inputs are known that the place depends on. */
export function isKnown(inputs: Properties): inputs is PlacementInputs {
  return [...identity, "must", "reference"].every((key) => inputs[key] !== unknown)
}

/** Checks whether the token is known already: then the step needs its value, also in a preview. */
export function isBound({ token, generation, fingerprint }: PlacementInputs): boolean {
  return typeof token === "string" && typeof generation === "number" && typeof fingerprint === "string"
}

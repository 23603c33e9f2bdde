import { isDeepStrictEqual } from "node:util"
import { isSeq } from "yaml"
import { PlaceError } from "../../core/errors.ts"
import { edited } from "../common/edits.ts"
import { newlineOf } from "../common/layout.ts"
import { position } from "../common/text.ts"
import { removals } from "./drop.ts"
import { addition, endingLine, replacement } from "./edit.ts"
import type { Entry, Service } from "./environment.ts"
import { braced, escaped, meaningOf } from "./expression.ts"
import { meaning } from "./find.ts"
import { newEnvironment } from "./new.ts"
import { type Selection, selectEntries } from "./selection.ts"

/** Writes a content into the selected entry, or adds the entry. @throws PlaceError if the file must be changed by hand */
export function put(selection: Selection, content: string): string {
  const { bom, yaml, service, variable, own, inherited } = selection
  const { text } = yaml
  if (!service) throw noService(selection)
  const counting = own.length === 0 ? inherited[0] : undefined
  if (counting && hasContent(counting, content)) return bom + text
  const { held, environment } = service
  if (service.foreign || environment?.foreign || held?.foreign) throw elsewhere(selection)

  const raw = escaped(content)
  const wrong = own.filter((entry) => !hasContent(entry, content))
  const edits = !held
    ? [newEnvironment(text, service, variable, raw)]
    : own.length === 0
      ? addition(text, held.node, selection.others.own, variable, raw)
      : replacements(selection, held, environment, wrong, raw)
  return checked(bom + edited(text, edits), selection, (after) => hasContent(after.own.at(-1) ?? missingEntry, content))
}

/** Checks whether the entry already has this content in any notation. */
function hasContent(entry: Entry, content: string): boolean {
  const found = meaning(entry)
  if (found.kind === "missing") return content === ""
  if (found.kind === "reference" && braced(String(found.content)) === content) return true
  return isDeepStrictEqual(found, meaningOf(escaped(content)))
}

/** Keeps only the last entry of a list, as Compose refuses equal items. */
function replacements(
  { yaml: { text }, own }: Selection,
  held: NonNullable<Service["held"]>,
  environment: Service["environment"],
  wrong: readonly Entry[],
  raw: string,
) {
  const set = (entry: Entry) => endingLine(text, replacement(entry, raw, held.node), newlineOf(text))
  if (!isSeq(held.node) || own.length < 2 || !environment) return wrong.map(set)
  const last = own.slice(-1)
  const gone = removals(text, held.node, own.slice(0, -1), environment.node)
  return [...gone, ...last.filter((entry) => wrong.includes(entry)).map(set)]
}

const missingEntry: Entry = {
  name: "",
  raw: "",
  start: 0,
  end: 0,
  value: { start: 0, end: 0, lead: "" },
  style: undefined,
}

/** Removes the selected entries. @throws PlaceError if the file must be changed by hand */
export function drop(selection: Selection): string {
  const { bom, yaml, service, own, inherited } = selection
  if (inherited.length > 0) throw elsewhere(selection)
  if (!service?.held || !service.environment || own.length === 0) return bom + yaml.text
  const edits = removals(yaml.text, service.held.node, own, service.environment.node)
  return checked(bom + edited(yaml.text, edits), selection, (after) => after.own.length === 0)
}

/** Checks the edited file, as an anchor or a tag can change the meaning of an edit. */
function checked(made: string, { locator }: Selection, holds: (after: Selection) => boolean): string {
  let right = false
  try {
    right = holds(selectEntries(made, locator))
  } catch {
    right = false
  }
  if (right) return made
  throw new PlaceError("wrong-shape", `${locator} has an anchor or a tag and must be changed by hand`)
}

function noService({ serviceName, names }: Selection): PlaceError {
  const known = names.length === 0 ? "has no services" : `has no service "${serviceName}", only ${names.join(", ")}`
  return new PlaceError("wrong-shape", known)
}

function elsewhere({ locator, yaml, inherited, service }: Selection): PlaceError {
  const at =
    inherited[0]?.value.start ?? service?.held?.node.range?.[0] ?? service?.environment?.node.key.range?.[0] ?? 0
  const where = position(yaml.text, at)
  return new PlaceError(
    "wrong-shape",
    `${locator} comes from an anchor or merge key and must be changed there (${where})`,
  )
}

import { isDeepStrictEqual } from "node:util"
import { isSeq } from "yaml"
import type { FoundContent } from "../../core/content.ts"
import { PlaceError } from "../../core/errors.ts"
import { describeKind } from "../../core/kind.ts"
import { edited } from "../common/edits.ts"
import { newlineOf } from "../common/layout.ts"
import { BOM, onBytes, position, textOf } from "../common/text.ts"
import { type Format, missing, reference } from "../format.ts"
import { removals } from "./drop.ts"
import { addition, endingLine, replacement } from "./edit.ts"
import { type Entries, type Entry, entriesOf, entriesOfAll, findService, type Service } from "./environment.ts"
import { braced, escaped, fromShell, meaningOf } from "./expression.ts"
import { newEnvironment } from "./new.ts"
import { parseYaml, type Yaml } from "./yaml-document.ts"

/** A variable in the `environment` of a Compose service: the locator is `SERVICE.VARIABLE`. */
export const compose: Format = {
  name: "compose",
  ...onBytes({
    find: (text, locator) => findIn(look(text, locator)),
    put: (text, locator, content) => put(look(text, locator), textOf(content, "Compose environment")),
    drop: (text, locator) => drop(look(text, locator)),
  }),
}

interface Look extends Entries {
  readonly locator: string
  readonly bom: string
  readonly yaml: Yaml
  readonly serviceName: string
  readonly variable: string
  readonly service: Service | undefined
  readonly names: readonly string[]
  /** Lists all variables of the environment. */
  readonly others: Entries
}

function look(text: string, locator: string): Look {
  const [, serviceName = "", variable = ""] = /^(.+)\.([^\s.=]+)$/.exec(locator) ?? []
  if (variable === "")
    throw new PlaceError(
      "bad-locator",
      `the locator is ${describeKind(locator)}, not a service and a variable, such as gateway.TOKEN`,
    )
  const bom = text.startsWith(BOM) ? BOM : ""
  const yaml = parseYaml(text.slice(bom.length))
  const { service, names } = findService(yaml, serviceName)
  const others = service?.held ? entriesOf(yaml, service.held) : { own: [], inherited: [] }
  const named = ({ name }: Entry) => name === variable
  const [own, inherited] = [others.own.filter(named), others.inherited.filter(named)]
  return { locator, bom, yaml, serviceName, variable, service, names, others, own, inherited }
}

/** Finds several variables of every service. */
export function findInAll(
  yaml: Yaml,
  variables: readonly string[],
): (readonly [locator: string, found: FoundContent])[] {
  return entriesOfAll(yaml, variables).flatMap(({ service, variable, ...entries }) => {
    const found = findIn(entries)
    return found.kind === "missing" ? [] : [[`${service}.${variable}`, found] as const]
  })
}

function findIn({ own, inherited }: Entries): FoundContent {
  const found = meaning(own.at(-1) ?? inherited[0])
  if (found.kind === "missing") return found
  const others = own.slice(0, -1).flatMap((entry) => {
    const other = meaning(entry)
    return other.kind === "value" ? [other.value] : []
  })
  return found.kind === "value" ? { ...found, others } : reference(found.content, found.fallback, others)
}

function meaning(entry: Entry | undefined): FoundContent {
  if (!entry) return missing
  return entry.raw === null ? fromShell(entry.name) : meaningOf(entry.raw)
}

/** Checks whether the entry already has this content in any notation. */
function says(entry: Entry, content: string): boolean {
  const found = meaning(entry)
  if (found.kind === "missing") return content === ""
  if (found.kind === "reference" && braced(String(found.content)) === content) return true
  return isDeepStrictEqual(found, meaningOf(escaped(content)))
}

function put(look: Look, content: string): string {
  const { bom, yaml, service, variable, own, inherited } = look
  const { text } = yaml
  if (!service) throw noService(look)
  const counting = own.length === 0 ? inherited[0] : undefined
  if (counting && says(counting, content)) return bom + text
  const { held, environment } = service
  if (service.foreign || environment?.foreign || held?.foreign) throw elsewhere(look)

  const raw = escaped(content)
  const wrong = own.filter((entry) => !says(entry, content))
  const edits = !held
    ? [newEnvironment(text, service, variable, raw)]
    : own.length === 0
      ? addition(text, held.node, look.others.own, variable, raw)
      : replacements(look, held, environment, wrong, raw)
  return checked(bom + edited(text, edits), look, (after) => says(after.own.at(-1) ?? missingEntry, content))
}

/** Keeps only the last entry of a list, as Compose refuses equal items. */
function replacements(
  { yaml: { text }, own }: Look,
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

function drop(look: Look): string {
  const { bom, yaml, service, own, inherited } = look
  if (inherited.length > 0) throw elsewhere(look)
  if (!service?.held || !service.environment || own.length === 0) return bom + yaml.text
  const edits = removals(yaml.text, service.held.node, own, service.environment.node)
  return checked(bom + edited(yaml.text, edits), look, (after) => after.own.length === 0)
}

/** Checks the edited file, as an anchor or a tag can change the meaning of an edit. */
function checked(made: string, { locator }: Look, holds: (after: Look) => boolean): string {
  let right = false
  try {
    right = holds(look(made, locator))
  } catch {
    right = false
  }
  if (right) return made
  throw new PlaceError("wrong-shape", `${locator} has an anchor or a tag and must be changed by hand`)
}

function noService({ serviceName, names }: Look): PlaceError {
  const known = names.length === 0 ? "has no services" : `has no service "${serviceName}", only ${names.join(", ")}`
  return new PlaceError("wrong-shape", known)
}

function elsewhere({ locator, yaml, inherited, service }: Look): PlaceError {
  const at =
    inherited[0]?.value.start ?? service?.held?.node.range?.[0] ?? service?.environment?.node.key.range?.[0] ?? 0
  const where = position(yaml.text, at)
  return new PlaceError(
    "wrong-shape",
    `${locator} comes from an anchor or merge key and must be changed there (${where})`,
  )
}

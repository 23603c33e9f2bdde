import { PlaceError } from "../../core/errors.ts"
import { describeKind } from "../../core/kind.ts"
import { BOM } from "../common/text.ts"
import { type Entries, type Entry, entriesOf, findService, type Service } from "./environment.ts"
import { parseYaml, type Yaml } from "./yaml-document.ts"

/** The entries of a Compose file that a locator selects. */
export interface Selection extends Entries {
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

/** Selects the entries. @throws PlaceError if the locator is not one, or the file cannot be parsed */
export function selectEntries(text: string, locator: string): Selection {
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

import { parseAllDocuments } from "yaml"
import { PlaceError } from "../../core/errors.ts"
import { parseYaml, type Yaml } from "../../places/compose/yaml-document.ts"

const most = 50

/**
 * The documents of a Compose file, which Compose 2 merges (version 1 refuses more than one). Blank lines are in place of
 * those before, so that positions stay.
 * @throws PlaceError as `parseYaml`
 */
export function documentsIn(text: string): Yaml[] {
  try {
    return [parseYaml(text)]
  } catch (error) {
    if (!(error instanceof PlaceError) || !error.message.includes("multiple docs")) throw error
    return split(text).map(parseYaml)
  }
}

function split(text: string): string[] {
  const all = parseAllDocuments(text, { uniqueKeys: false, prettyErrors: false, logLevel: "error" })
  if (!Array.isArray(all)) return []
  if (all.length > most) throw new PlaceError("unparsable", `is more than ${most} YAML documents`)
  return all.map(
    ({ range: [start, , end] }) => text.slice(0, start).replaceAll(/[^\r\n]/g, "") + text.slice(start, end),
  )
}

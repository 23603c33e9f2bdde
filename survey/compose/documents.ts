import { PlaceError } from "../../core/errors.ts"
import { parseYaml, parseYamls, type Yaml } from "../../places/compose/yaml-document.ts"

const most = 50

/**
 * The documents of a Compose file, which Compose 2 merges (version 1 refuses more than one).
 * @throws PlaceError as `parseYaml`
 */
export function documentsIn(text: string): Yaml[] {
  try {
    return [parseYaml(text)]
  } catch (error) {
    if (!(error instanceof PlaceError) || !error.message.includes("multiple docs")) throw error
    return parseYamls(text, most)
  }
}

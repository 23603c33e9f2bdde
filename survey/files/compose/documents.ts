import { PlaceError } from "../../../core/errors.ts"
import { utf16Mark } from "../../../places/common/text.ts"
import { parseYaml, parseYamls, type Yaml } from "../../../places/compose/yaml-document.ts"

const most = 50

/** Decodes a Compose file; Compose also reads UTF-16 with a byte order mark. */
export function composeText(bytes: Uint8Array): string {
  const mark = utf16Mark(bytes)
  if (mark !== "be") return Buffer.from(bytes).toString(mark === "le" ? "utf16le" : "utf8")
  return Buffer.from(bytes.subarray(0, bytes.length & ~1))
    .swap16()
    .toString("utf16le")
}

/**
 * Parses the documents of a Compose file, which Compose 2 merges (version 1 rejects more than one).
 * @throws PlaceError as `parseYaml`
 */
export function documentsIn(text: string): Yaml[] {
  try {
    return [parseYaml(text)]
  } catch (error) {
    if (!(error instanceof PlaceError) || error.problem !== "several-documents") throw error
    return parseYamls(text, most)
  }
}

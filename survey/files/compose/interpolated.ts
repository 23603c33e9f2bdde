import { shown } from "../../../core/escape.ts"
import { Secret } from "../../../core/secret.ts"
import type { FileSnapshot } from "../../../hosts/host.ts"
import { position } from "../../../places/common/text.ts"
import { products } from "../../../products/index.ts"
import { productNames } from "../../../products/product.ts"
import { type Interpolation, literalsIn, valuesInCompose } from "../compose-text.ts"
import type { HomeSnapshot } from "../home-snapshot.ts"
import type { PlaceCopy } from "../place-copy.ts"
import { expand, namesIn } from "./expand.ts"
import { type ComposeFile, composeFilesIn } from "./files.ts"
import { inlineSecretsIn } from "./links.ts"
import { composeLinksIn } from "./named-files.ts"

const variables = productNames.map((name) => products[name].variable as string)

/**
 * Finds the values that Compose files get by interpolation: variables of the project's `.env`, and fallbacks; and reports files
 * that they name but that were not read.
 */
export function interpolatedCopies(snapshot: HomeSnapshot, looks: ReadonlyMap<string, FileSnapshot>): PlaceCopy[] {
  const unseen = composeLinksIn(snapshot, looks).flatMap(({ from, by, why }): PlaceCopy[] =>
    why === undefined
      ? []
      : [{ ...baseOf(from), locator: by, held: { kind: "broken", reason: shown(`${by} ${why}`, 300) } }],
  )
  const found = composeFilesIn(snapshot, looks).flatMap((file) =>
    file.documents.flatMap((yaml) => {
      const inline = inlineSecretsIn(yaml).map(({ name, key, text, at }) => ({
        ...{ locator: `${name}.${key}`, at },
        raw: key === "environment" ? `\${${text}}` : text,
      }))
      const texts = [...valuesInCompose(yaml, variables).filled, ...inline.filter(({ raw }) => namesIn(raw).length > 0)]
      return texts.flatMap((filled) => [
        ...valuesOf(filled, file).map(
          (value): PlaceCopy => ({
            ...baseOf(file.file),
            ...ownerOf(filled.locator),
            locator: `fallback of ${filled.locator} (${lineOf(yaml.text, filled.at)})`,
            held: { kind: "value", value: new Secret(value) },
          }),
        ),
        ...sourcesOf(filled, file, snapshot),
      ])
    }),
  )
  return [...unseen, ...unique(found)]
}

/** A limit in characters. */
const longest = 4096

/** Returns the fallbacks of a string, and its value with the known variables. */
function valuesOf({ raw }: Interpolation, { known }: ComposeFile): string[] {
  if (raw.length > longest) return []
  const literals = /^\s*\$\{[\s\S]*\}\s*$/.test(raw) ? literalsIn(raw) : []
  const unset = /\$\{\w+:?-/.test(raw) ? expand(raw, () => undefined) : ""
  const set = namesIn(raw).some((name) => known(name) !== undefined) ? expand(raw, known) : ""
  const isOne = namesIn(raw).some((name) => known(name) === set)
  // Version 1 does not interpolate the fallback.
  const word = /^\$\{\w+:?-([^}]*)\}$/.exec(raw)?.[1] ?? ""
  return [...new Set([...literals, word, unset, isOne ? "" : set])].filter(
    (value) => value !== "" && !/^\$[{A-Za-z_]/.test(value),
  )
}

/** Returns the variables of a `.env` with other names than the products'. */
function sourcesOf({ raw, locator }: Interpolation, { dotenvs }: ComposeFile, { files }: HomeSnapshot): PlaceCopy[] {
  return [...new Set(namesIn(raw.slice(0, longest)))].flatMap((name) =>
    [...dotenvs].flatMap(([path, values]): PlaceCopy[] => {
      const file = files.find((each) => each.path === path)
      const value = values.get(name)
      if (variables.includes(name) || !file || !value) return []
      const held = { kind: "value", value: new Secret(value) } as const
      return [{ ...baseOf(file), ...ownerOf(locator), locator: name, format: "dotenv", held }]
    }),
  )
}

function baseOf(file: HomeSnapshot["files"][number]) {
  return { kind: file.kind, path: file.path, file }
}

function ownerOf(locator: string): Pick<PlaceCopy, "product"> {
  const product = productNames.find((name) => products[name].variable === locator)
  return product ? { product } : {}
}

function lineOf(text: string, at: number): string {
  return position(text, at).replace(/,.*/, "")
}

function unique(copies: readonly PlaceCopy[]): PlaceCopy[] {
  const keyOf = ({ path, locator, held }: PlaceCopy) =>
    `${path}\0${locator}\0${held.kind === "value" ? held.value.reveal() : ""}`
  return [...new Map(copies.map((copy) => [keyOf(copy), copy])).values()]
}

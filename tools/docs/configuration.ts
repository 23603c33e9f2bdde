import type * as v from "valibot"
import { schema } from "../../stacks/schema.ts"
import { type DocumentedKey, type KeyMapping, keysOf } from "./keys.ts"
import { codeOf, tableOf } from "./markdown.ts"

const firstVersion = "0.1.0"

/** The whole file: every mapping of keys is in it. */
export const wholeFile: KeyMapping = {
  path: "gatekey:",
  entries: (schema as unknown as { readonly entries: { readonly [name: string]: v.GenericSchema } }).entries,
}

interface Section {
  readonly title: string
  readonly keys: readonly DocumentedKey[]
}

/** Generates the reference of the stack's file: a table for each mapping of keys. */
export function configurationReference(): string {
  const sections = sectionsOf(wholeFile, "The file")
  const titles = new Map(sections.map(({ title, entries }) => [entries, title]))
  return sections.map(({ title, keys }) => `### ${title}\n\n${formatKeys(keys, titles)}`).join("\n\n")
}

type FoundSection = Section & Pick<KeyMapping, "entries">

/** Returns the mapping and those in it, each once: several keys may have the same one. */
function sectionsOf(mapping: KeyMapping, title: string, known = new Set<object>()): FoundSection[] {
  if (known.has(mapping.entries)) return []
  known.add(mapping.entries)
  const keys = keysOf(mapping)
  const below = keys.flatMap(({ mappings }) =>
    mappings.flatMap((each, at) => {
      const variant = mappings.length > 1 ? `, ${at === 0 ? "first" : "second"} form` : ""
      return sectionsOf({ ...each, path: `${each.path}.` }, `\`${each.path}\`${variant}`, known)
    }),
  )
  return [{ title, keys, entries: mapping.entries }, ...below]
}

function formatKeys(keys: readonly DocumentedKey[], titles: ReadonlyMap<object, string>): string {
  return tableOf(
    ["key", "type", "default", "example", "meaning", "since"],
    keys.map((key) => [
      `\`${key.name}\``,
      key.type,
      key.required ? "**required**" : (key.default ?? "–"),
      key.mappings.length > 0 ? linksTo(key, titles) : codeOf(key.example),
      key.about,
      key.since ?? firstVersion,
    ]),
  )
}

function linksTo({ mappings }: DocumentedKey, titles: ReadonlyMap<object, string>): string {
  return mappings
    .map(({ entries }) => titles.get(entries) ?? "")
    .map((title) => `[${title}](#${anchorOf(title)})`)
    .join(", ")
}

/** Returns the anchor that GitHub makes of a heading. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, "")
    .replaceAll(" ", "-")
}

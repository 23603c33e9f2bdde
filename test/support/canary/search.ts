import { appendFileSync } from "node:fs"
import { detector, type Haystack } from "./canary.ts"
import { plantAll } from "./plant.ts"
import type { Kind, Source } from "./sources.ts"

/** What one scene searched, in figures. */
export interface SearchNote {
  readonly scene: string
  readonly haystacks: Readonly<Partial<Record<Source, number>>>
  readonly bytes: number
  readonly secrets: Readonly<Partial<Record<Kind, number>>>
  readonly planted: number
  /** By form, how many of the planted ones were found. */
  readonly found: Readonly<Record<string, number>>
  /** Which were not, by form and haystack. */
  readonly missed: readonly string[]
  readonly hits: number
}

export interface Searched {
  /** Where a secret is, in words that do not contain it. */
  readonly hits: readonly string[]
  readonly missed: readonly string[]
}

/** The notes of this process; the command has each in its file as well, a line each. */
export const notes: SearchNote[] = []

/** Searches all haystacks for all secrets, and for secrets planted in a copy of one haystack of each source. */
export function searchAll(
  scene: string,
  secrets: ReadonlyMap<string, string>,
  kinds: ReadonlyMap<Kind, ReadonlySet<string>>,
  haystacks: readonly Haystack[],
): Searched {
  const needle = detector(secrets)
  const hits = haystacks.flatMap(needle.find)
  const { total, missed } = plantAll(needle, [...secrets.values()], longestOfEach(haystacks))
  const note: SearchNote = {
    scene,
    haystacks: Object.fromEntries(
      Object.entries(Object.groupBy(haystacks, ({ source = "output" }) => source)).map(([source, each]) => [
        source,
        each.length,
      ]),
    ),
    bytes: haystacks.reduce((sum, { bytes }) => sum + bytes.length, 0),
    secrets: Object.fromEntries([...kinds].map(([kind, values]) => [kind, values.size])),
    ...total,
    missed,
    hits: hits.length,
  }
  notes.push(note)
  const file = process.env.CANARY_NOTES
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(note)}\n`)
  return { hits, missed }
}

function longestOfEach(haystacks: readonly Haystack[]): Haystack[] {
  const longest = new Map<Source, Haystack>()
  for (const each of haystacks) {
    const { source = "output", bytes } = each
    if (bytes.length > (longest.get(source)?.bytes.length ?? -1)) longest.set(source, each)
  }
  return [...longest.values()]
}

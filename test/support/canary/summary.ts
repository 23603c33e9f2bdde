import { plantings } from "./plant.ts"
import type { SearchNote } from "./search.ts"
import { kinds, sources } from "./sources.ts"

/** All scenes together. */
export interface CanarySummary {
  readonly scenes: number
  /** How many haystacks of each source were searched. */
  readonly sources: Readonly<Record<string, number>>
  /** How many secrets of each kind were searched for. */
  readonly secrets: Readonly<Record<string, number>>
  /** How many planted secrets were found in each form. */
  readonly forms: Readonly<Record<string, number>>
  readonly megabytes: number
  readonly planted: number
  readonly found: number
  readonly hits: number
}

export function summarize(notes: readonly SearchNote[]): CanarySummary {
  const forms = sumBy(
    Object.keys(plantings),
    notes.map(({ found }) => found),
  )
  return {
    scenes: notes.length,
    sources: sumBy(
      sources,
      notes.map(({ haystacks }) => haystacks),
    ),
    secrets: sumBy(
      kinds,
      notes.map(({ secrets }) => secrets),
    ),
    forms,
    megabytes: Math.round(notes.reduce((sum, { bytes }) => sum + bytes, 0) / 1e5) / 10,
    planted: notes.reduce((sum, { planted }) => sum + planted, 0),
    found: Object.values(forms).reduce((sum, count) => sum + count, 0),
    hits: notes.reduce((sum, { hits }) => sum + hits, 0),
  }
}

/** What failed in the scenes, in words: secrets that were found, and planted ones that were not. */
export function failuresIn(notes: readonly SearchNote[]): string[] {
  return notes.flatMap(({ scene, hits, missed }) => [
    ...(hits > 0 ? [`${scene}: ${hits} secrets found, expected 0`] : []),
    ...missed.map((what) => `${scene}: a planted secret was not found: ${what}`),
  ])
}

/** Rows of the tables that no scene covered. @param exempt sources that need not be covered */
export function gapsIn(notes: readonly SearchNote[], exempt: readonly string[] = []): string[] {
  const summary = summarize(notes)
  const without = (what: string, counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .filter(([name, count]) => count === 0 && !exempt.includes(name))
      .map(([name]) => `no scene covers the ${what} ${name}`)
  return [
    ...without("source", summary.sources),
    ...without("secret", summary.secrets),
    ...without("form", summary.forms),
  ]
}

function sumBy(names: readonly string[], counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, counts.reduce((sum, each) => sum + (each[name] ?? 0), 0)]))
}

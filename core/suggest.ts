/** Formats `did you mean manager? `; empty if no known word is similar. */
export function formatSuggestion(word: string, known: readonly string[]): string {
  const words = nearest(word, known)
  return words.length === 0 ? "" : `did you mean ${words.join(" or ")}? `
}

function nearest(word: string, known: readonly string[]): readonly string[] {
  const near = known.map((candidate) => ({
    candidate,
    distance: distance(word.toLowerCase(), candidate.toLowerCase()),
  }))
  const least = Math.min(...near.map((one) => one.distance))
  const limit = Math.max(1, Math.floor(word.length / 3))
  return least > limit ? [] : near.filter((one) => one.distance === least).map((one) => one.candidate)
}

/** Edits between two words: a letter added, removed, replaced, or two neighbours swapped. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? (before[j - 2] ?? 0) + 1 : Infinity
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, replaced, swapped))
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}

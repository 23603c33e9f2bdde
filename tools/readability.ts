import { handwritten } from "./docs/markdown.ts"
import { pages, readPage } from "./docs/pages.ts"

/** A sentence of a page with the number of its words. */
interface Sentence {
  readonly text: string
  readonly words: number
}

const longWords = 30

/** Lists the sentences of a page's prose: of paragraphs, items of lists and cells of tables. */
export function sentencesOf(page: string): readonly Sentence[] {
  const prose = handwritten(page)
    .replaceAll(/^```.*?^```$/gms, "")
    .replaceAll(/<!--.*?-->/gs, "")
    .replaceAll(/^\|[-| ]+\|$/gm, "")
    // A span of code, or of a link, is one word.
    .replaceAll(/`[^`]*`/g, "CODE")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
  const blocks = prose
    .split(/\n{2,}|\n(?=[-|#]|\d+\. )/)
    .flatMap((block) => (block.startsWith("|") ? block.split("|") : [block]))
  return blocks
    .filter((block) => !block.startsWith("#"))
    .flatMap((block) => block.replaceAll(/\s+/g, " ").split(/(?<=[.!?:;])\s+(?=[A-Z"(*])/))
    .map((text) => ({ text: text.trim(), words: (text.match(/[\p{L}\p{N}][\p{L}\p{N}'’./_-]*/gu) ?? []).length }))
    .filter(({ words }) => words > 3)
}

/** Summarises pages: lines, sentences, words per sentence, and how many sentences are long. */
function row(page: string, lines: number, sentences: readonly Sentence[]): string {
  const words = sentences.reduce((sum, each) => sum + each.words, 0)
  const long = sentences.filter((each) => each.words > longWords).length
  const mean = sentences.length === 0 ? 0 : words / sentences.length
  return `${page.padEnd(28)}${String(lines).padStart(6)}${String(sentences.length).padStart(11)}${mean.toFixed(1).padStart(8)}${String(long).padStart(6)}`
}

// As a program it prints a table, and with --long the sentences that are too long.
if (import.meta.main) {
  console.log(`${"page".padEnd(28)} lines  sentences   words  long`)
  const all = pages.map((page) => ({ page, text: readPage(page), sentences: sentencesOf(readPage(page)) }))
  for (const { page, text, sentences } of all) console.log(row(page, handwritten(text).split("\n").length, sentences))
  const sentences = all.flatMap((each) => each.sentences)
  console.log(
    row(
      "all",
      all.reduce((sum, { text }) => sum + handwritten(text).split("\n").length, 0),
      sentences,
    ),
  )
  if (process.argv.includes("--long"))
    for (const { page, sentences } of all)
      for (const { text, words } of sentences) if (words > longWords) console.log(`${page}: ${words}: ${text}`)
}

import { expect, test } from "vitest"
import { handwritten } from "../../tools/docs/markdown.ts"
import { pages, readPage } from "../../tools/docs/pages.ts"
import { sentencesOf } from "../../tools/readability.ts"

test.each(pages)("%s has at most 250 lines that were written by hand", (page) => {
  expect(handwritten(readPage(page)).split("\n").length).toBeLessThanOrEqual(250)
})

test("few sentences of the pages have more than 30 words", () => {
  const all = pages.flatMap((page) => sentencesOf(readPage(page)))
  expect(all.filter(({ words }) => words > 30).length / all.length).toBeLessThan(0.035)
})

test("counts the words of prose, not of code", () => {
  const page =
    "# A title that counts not\n\nThree short words here. `a b c` and a [link](x.md) more.\n\n```sh\nls -l a b c d e\n```\n"
  expect(sentencesOf(page)).toEqual([
    { text: "Three short words here.", words: 4 },
    { text: "CODE and a link more.", words: 5 },
  ])
})

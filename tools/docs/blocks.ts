/** A fenced block of a page that shows commands or what they print. */
export interface Block {
  readonly page: string
  /** Of the fence, from 1. */
  readonly line: number
  readonly kind: "commands" | "output"
  readonly text: string
  /** Says in the page why it is not run, or which other test runs it. */
  readonly mark?: Mark
}

type Mark =
  | { readonly kind: "not run" | "run by make docs-test alone"; readonly why: string }
  | { readonly kind: "run by"; readonly file: string }

const fence = /^(?:<!-- (not run|run by make docs-test alone|run by):? ([^\n]+?) -->\n+)?```(\w*)\n(.*?)^```$/gms

/**
 * Lists the blocks of a page that are accounted for: `sh` is commands; a block without a language is output, in which a
 * line with `$` before it is the command. Those of other languages, `text` among them, show neither.
 */
export function blocksOf(page: string, text: string): readonly Block[] {
  return [...text.matchAll(fence)].flatMap(([all, kind, what = "", language, body = ""]) => {
    if (language !== "sh" && language !== "") return []
    const at = text.indexOf(all)
    const line = text.slice(0, at + all.indexOf("```")).split("\n").length
    const mark = markOf(kind, what)
    return [{ page, line, kind: language === "sh" ? "commands" : "output", text: body, ...(mark ? { mark } : {}) }]
  })
}

function markOf(kind: string | undefined, what: string): Mark | undefined {
  if (kind === "run by") return { kind, file: what }
  if (kind === "not run" || kind === "run by make docs-test alone") return { kind, why: what }
  return undefined
}

/** Formats what is run and what is not, and why. @param whole whether those of `make docs-test` alone are run */
export function summaryOf(blocks: readonly Block[], whole = true): string {
  const left = blocks.filter(({ mark }) => mark?.kind === "not run" || (mark?.kind !== "run by" && mark && !whole))
  const lines = left.map(({ page, line, mark }) => `  ${page}:${line}: ${mark && "why" in mark ? mark.why : ""}`)
  return [`${blocks.length - left.length} blocks run, ${left.length} not run`, ...lines].join("\n")
}

/** Makes even what differs from run to run: times, fingerprints, commits, names of machines, columns. */
export function even(line: string): string {
  return line
    .replaceAll(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+Z)?)?/g, "TIME")
    .replaceAll(/\bfp:(?:[0-9a-f]{8}|…)/g, "fp:…")
    .replaceAll(/\b(commit )?[0-9a-f]{8}(?= by\b|\))/g, "$1COMMIT")
    .replaceAll(/\b[\w.-]+@[\w.-]+(?= at | {2,}|$)/g, "USER@HOST")
    .replaceAll(/\b\d+(?:\.\d+)? m?s\b/g, "TIME")
    .replaceAll(/\s+/g, " ")
    .trim()
}

/**
 * Finds the first line of a page's output that a run did not print, in its place.
 * `…` stands for any part of a line, and as a line for any lines.
 * @returns undefined if all are there
 */
export function missingLine(expected: string, printed: string): string | undefined {
  let rest = printed.split("\n").map(even)
  for (const line of expected.split("\n").map(even)) {
    if (line === "" || line === "…" || line.startsWith("$ ")) continue
    const pattern = new RegExp(
      `^${line
        .split(/(?<!fp:)…/)
        .map(literal)
        .join(".*")}$`,
    )
    const at = rest.findIndex((each) => pattern.test(each))
    if (at < 0) return line
    rest = rest.slice(at + 1)
  }
  return undefined
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&")
}

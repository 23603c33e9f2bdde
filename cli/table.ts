import { fitWidths, widthOfText, wrapped } from "./fit.ts"
import { type StyledText, styled, type Text } from "./text.ts"

/** A cell, which must be escaped already. */
export type Cell = string | StyledText

const gap = "  "

/**
 * Aligns columns, and wraps cells so that they fit a width; the last column is not padded.
 * @param width undefined: lines have any length
 * @returns the head and each row, with their line breaks; where even that is too wide, a line for each cell, and no head
 */
export function tableRows(head: readonly string[], rows: readonly (readonly Cell[])[], width?: number): Text[] {
  const all = [head, ...rows]
  const natural = head.map((_, column) => Math.max(...all.map((row) => widthOfText(textOf(row[column])))))
  const room = width === undefined ? Infinity : width - gap.length * (head.length - 1)
  const widths = fitWidths(natural, room)
  if (!widths) return ["", ...rows.map((row) => stackedRow(head, row))]
  return [
    alignedRow(
      head.map((cell) => styled("bold", cell)),
      widths,
    ),
    ...rows.map((row) => alignedRow(row, widths)),
  ]
}

function alignedRow(row: readonly Cell[], widths: readonly number[]): Text {
  const cells = widths.map((width, column) => ({
    width,
    style: styleOf(row[column]),
    lines: wrapped(textOf(row[column]), width),
  }))
  const last = Math.max(...cells.map(({ lines }) => lines.length))
  return Array.from({ length: last }, (_, at): Text => {
    const texts = cells.map(({ lines }) => lines[at] ?? "")
    const end = texts.findLastIndex((text) => text !== "")
    return [
      texts.slice(0, end + 1).map((text, column): Text => {
        const { style, width = 0 } = cells[column] ?? {}
        const shown = style === undefined ? text : styled(style, text)
        return column === end ? shown : [shown, " ".repeat(width - widthOfText(text)), gap]
      }),
      "\n",
    ]
  })
}

function stackedRow(head: readonly string[], row: readonly Cell[]): Text {
  const cells = row.flatMap((cell, column): Text[] => {
    if (textOf(cell) === "") return []
    return [[head[column] ? styled("bold", `${head[column]}: `) : "", cell, "\n"]]
  })
  return [...cells, "\n"]
}

function textOf(cell: Cell = ""): string {
  return typeof cell === "string" ? cell : cell.text
}

function styleOf(cell: Cell = ""): StyledText["style"] | undefined {
  return typeof cell === "string" ? undefined : cell.style
}

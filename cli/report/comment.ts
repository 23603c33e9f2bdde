import { escapeMarkdown } from "../../core/escape.ts"
import type { Finding, Outlook } from "./outlook.ts"

/** A longer list is folded. */
const openRows = 10
/** A comment has at most 65536 characters. */
const mostRows = 100
const messageLength = 600

/** Returns the outlook as Markdown for a pull request's comment, with all strings escaped. */
export function commentOf({ stack, headline, places, impacts, findings, created, removed }: Outlook): string {
  const title = ["gatekey", ...(stack === "" ? [] : [escapeMarkdown(stack)])].join(" ")
  const rows = places.map(({ name, before, after, why }) =>
    row([name, before, after, why].map((text) => escapeMarkdown(text))),
  )
  const head = [row(["place", "before", "after", "why"]), "|---|---|---|---|"]
  const blocks = [
    `### ${title}: ${escapeMarkdown(headline)}`,
    block("Findings", findings.map(findingLine)),
    block("Places", rows, head),
    block(
      "Restarts and interruption",
      impacts.map(({ name, words }) => `- ${escapeMarkdown(name)}: ${escapeMarkdown(words, messageLength)}`),
    ),
    block("Created", created.map(item)),
    block("Removed", removed.map(item)),
  ]
  return `${blocks.filter((each) => each !== "").join("\n\n")}\n`
}

/** Returns a titled list, folded if it is long. @param head lines above the rows */
function block(name: string, rows: readonly string[], head: readonly string[] = []): string {
  if (rows.length === 0) return ""
  const body = [...head, ...rows.slice(0, mostRows)].join("\n")
  const more = rows.length > mostRows ? `\n\nand ${rows.length - mostRows} more` : ""
  const all = `${body}${more}`
  if (rows.length <= openRows) return `**${name}**\n\n${all}`
  return `<details><summary>${name}: ${rows.length}</summary>\n\n${all}\n\n</details>`
}

function findingLine({ severity, name, message, remedy }: Finding): string {
  const who = name === "" ? [] : [`${escapeMarkdown(name)}:`]
  const how = remedy === undefined ? [] : [`→ ${escapeMarkdown(remedy, messageLength)}`]
  return ["-", `**${severity}**`, ...who, escapeMarkdown(message, messageLength), ...how].join(" ")
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`
}

function item(text: string): string {
  return `- ${escapeMarkdown(text)}`
}

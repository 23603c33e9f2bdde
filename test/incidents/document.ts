import { masked } from "../../core/mask.ts"
import type { Ours } from "./incident.ts"
import type { Result } from "./run.ts"

const longest = 220

/** docs/incidents.md: what is said of each fault, by the products and by gatekey. */
export function document(results: readonly Result[]): string {
  const count = (named: (result: Result) => boolean) => `${results.filter(named).length} of ${results.length}`
  const ours = (tool: Ours) => count(({ named }) => named[tool]?.line !== undefined)
  return `# Incidents

Each row is a fault done to a real gateway (openclaw 2026.9.6, clawdbot 2026.1.24-3) with a real node on another host, and what was then said of it.
Written by \`npm run -s incidents\`, which does it all again: see \`test/incidents/\`. Told apart: what names the cause, and what does not ("–").

| | named |
|---|---|
| the products' own tools: ${list(ownCommands(results))} | ${count(({ own }) => own.some(({ line }) => line))} |
| \`gatekey scan\` | ${ours("scan")} |
| \`gatekey doctor\` | ${ours("doctor")} |
| \`pulumi preview\` | ${ours("preview")} |

The products' tools ran on the host concerned (\`nodes status\` on the gateway's), and are taken to name a cause as soon as one of their lines does. Names and addresses of the hosts are made even.

| incident | products' own tools | \`gatekey scan\` | \`gatekey doctor\` | \`pulumi preview\` |
|---|---|---|---|---|
${results.map(row).join("\n")}
`
}

function row(result: Result): string {
  const { incident, own, named } = result
  const told = own.find(({ line }) => line)
  const said = told?.line ? `\`${told.command}\`: ${cell(told.line)}` : "–"
  const mine = (tool: Ours) => {
    const { line } = named[tool] ?? {}
    const cause = incident.cause[tool]
    return line ? cell(line) : typeof cause === "string" ? `(${cause})` : "–"
  }
  return `| **${incident.id}** (${incident.fleet}) ${incident.title} | ${said} | ${mine("scan")} | ${mine("doctor")} | ${mine("preview")} |`
}

function ownCommands(results: readonly Result[]): string[] {
  return [...new Set(results.flatMap(({ own }) => own.map(({ command }) => command.replace(/^\w+ /, ""))))].sort()
}

function list(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ")
}

/** One line of Markdown, the same in every run. */
function cell(line: string): string {
  const even = masked(line)
    .replace(/\bn([1-4])-\w+/gi, (_, number) => ["studio", "tw", "mac", "mini"][number - 1] ?? "")
    .replace(/\b10(?:\.\d+){2}\.(\d+)\b/g, "10.0.0.$1")
    .replace(/\bpid \d+/g, "pid 4711")
    .replace(/fp:\w{8}/g, "fp:…")
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d\S*)?/g, "2026-11-24 15:03")
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/g, "REQUEST")
    .replace(/\s+/g, " ")
  const short = even.length > longest ? `${even.slice(0, longest)}…` : even
  return short.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;").replaceAll("`", "'")
}

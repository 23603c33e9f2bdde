import { maskTokens } from "../../core/mask.ts"
import type { Incident, Ours } from "./incident.ts"
import type { Result } from "./run.ts"

const longest = 220
const nothing = "–"
const unasked = "(not asked)"

/** The cells of a row behind its incident: what each tool reported. */
export interface Row {
  readonly own: string
  readonly user: string
  readonly scan: string
  readonly doctor: string
  readonly preview: string
}

export type Rows = ReadonlyMap<string, Row>

/** Makes docs/incidents.md: what the products and gatekey report of each fault. @param rows by the incident's id */
export function document(incidents: readonly Incident[], rows: Rows): string {
  const run = incidents.flatMap((incident) => {
    const row = rows.get(incident.id)
    return row ? [{ incident, row }] : []
  })
  const count = (tool: keyof Row, isNamed: (each: (typeof run)[number]) => boolean) => {
    const asked = run.filter(({ row }) => row[tool] !== unasked)
    return `${asked.filter(isNamed).length} of ${asked.length}`
  }
  const named = (tool: keyof Row) => count(tool, ({ row }) => row[tool] !== nothing && !row[tool].startsWith("("))
  return `# Incidents

Each row is a fault done to a real gateway (openclaw 2026.9.6, clawdbot 2026.1.24-3) with a real node on another host, and what was then reported.
Written by \`npm run -s incidents\`, which does it all again (\`-- --only ID,…\` some rows of it): see \`test/incidents/\`. A report that does not name the cause counts as none ("${nothing}").

| | named |
|---|---|
| what a user of the command line sees: \`openclaw health\`, \`clawdbot nodes status\` | ${count("user", ({ incident, row }) => incident.own.test(row.user))} |
| the products' own diagnosis: \`doctor --non-interactive\`, \`gateway probe\`, \`gateway status\`, \`nodes status\`, \`secrets audit --check\`, \`security audit\` | ${named("own")} |
| \`gatekey scan\` | ${named("scan")} |
| \`gatekey doctor\` | ${named("doctor")} |
| \`pulumi preview\` | ${named("preview")} |

The products' tools ran on the host concerned (\`nodes status\` on the gateway's). A diagnosis names a cause as soon as one of its lines does; of a user's command the line is shown with which it failed, "${nothing}" if it did not. Names and addresses of the hosts are the same in all rows.

| incident | what a user sees | products' own diagnosis | \`gatekey scan\` | \`gatekey doctor\` | \`pulumi preview\` |
|---|---|---|---|---|---|
${run.map(({ incident, row }) => line(incident, row)).join("\n")}
`
}

function line({ id, fleet, title }: Incident, { user, own, scan, doctor, preview }: Row): string {
  return `| **${id}** (${fleet}) ${cell(title)} | ${user} | ${own} | ${scan} | ${doctor} | ${preview} |`
}

/** Makes the row of a result. @param before its row of before: of what was not asked now */
export function rowOf({ incident, own, user, named }: Result, before?: Row): Row {
  const naming = own?.find((each) => each.line)
  const mine = (tool: Ours) => {
    if (!named[tool]) return before?.[tool] ?? unasked
    const reported = named[tool].line
    const cause = incident.cause[tool]
    return reported ? cell(reported) : typeof cause === "string" ? `(${cell(cause)})` : nothing
  }
  return {
    own: naming?.line ? `\`${naming.command}\`: ${cell(naming.line)}` : own ? nothing : (before?.own ?? unasked),
    user: user ? cell(user.line ?? nothing) : (before?.user ?? unasked),
    ...{ scan: mine("scan"), doctor: mine("doctor"), preview: mine("preview") },
  }
}

/** Reads the rows of an earlier document. */
export function rowsIn(text: string): Rows {
  return new Map(
    text.split("\n").flatMap((each): [string, Row][] => {
      const [, id, rest = ""] = /^\| \*\*([\w-]+)\*\* (.*) \|$/.exec(each) ?? []
      const [, user, own, scan, doctor, preview] = rest.split(" | ")
      return id && preview !== undefined && user && own && scan && doctor
        ? [[id, { user, own, scan, doctor, preview }]]
        : []
    }),
  )
}

/** One line of Markdown, the same in every run. */
function cell(text: string): string {
  const even = maskTokens(text)
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

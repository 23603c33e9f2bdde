import { formatCount } from "../../core/counted.ts"
import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { credentials } from "../../products/readers.ts"
import type { Cause, Ground } from "../../survey/causes/index.ts"
import type { Row } from "../../survey/describe/rows.ts"
import type { GatewayView } from "../../survey/resolve/view.ts"
import type { World } from "../../survey/resolve/world.ts"
import { causeLine, styleOfWeight } from "../stack/check-homes.ts"
import { type Cell, tableRows } from "../table.ts"
import { styled, type Text } from "../text.ts"

/** Formats the report: what was checked, what is wrong and how to fix it, each place, and the notes. */
export function textOf(causes: readonly Cause[], rows: readonly Row[], ground: Ground, width?: number): Text {
  const { world } = ground
  const verdicts = causes.filter(({ weight }) => weight !== "note")
  const notes = causes.filter(({ weight }) => weight === "note")
  const several = world.surveys.length > 1
  const head = [...(several ? ["host"] : []), "place", "holds", "means", "read by", "mode", "finding"]
  const weights = new Map(causes.map(({ code, weight }) => [code, weight]))
  const findingsCell = (findings: Row["findings"]): Cell => {
    const [worst] = (["broken", "risk", "unknown", "note"] as const).filter((weight) =>
      findings.some((code) => weights.get(code) === weight),
    )
    return worst ? styled(styleOfWeight(worst), findings.join(", ")) : ""
  }
  const cells = rows.map(({ host, place, holds, means = "", readers, mode = "", findings }): Cell[] => [
    ...(several ? [host] : []),
    ...[place, holds, means, readers.join(", "), mode, findingsCell(findings)],
  ])
  if (world.surveys.length === 0) return ""
  const first =
    verdicts.length > 0
      ? [...acceptedLines(ground), ...verdicts.map(causeLine)]
      : [styled("green", cleanLine(world, rows).trimEnd()), "\n"]
  return [
    checkedLine(world),
    first,
    rows.length > 0 ? ["\n", tableRows(head, cells, width), "\n", copiesLine(rows)] : "",
    notes.length > 0 ? `\n${notes.map(({ sentence }) => `note: ${sentence}\n`).join("")}` : "",
  ]
}

/** Reports which homes were checked, since what a scan without options checks depends on nothing but the machine. */
function checkedLine({ surveys }: World): string {
  const homes = surveys.map(({ target: { host }, snapshot: { home } }) => {
    return `${host === "local" ? "this machine" : host}, ${shown(home, 300)}`
  })
  const [one = "", ...others] = homes
  if (others.length === 0) return `Checked ${one}.\n`
  return `Checked ${formatCount(homes.length, "home")}: ${homes.join("; ")}.\n`
}

/** Counts the places with a plaintext token; a process's memory does not count. */
function copiesLine(rows: readonly Row[]): string {
  const plaintext = rows.filter((row) => row.plain)
  if (plaintext.length === 0) return "No place contains a token in plaintext.\n"
  const found = credentials.flatMap((secret) => {
    const letters = plaintext
      .filter((row) => row.secret === secret && /^[A-Z]+$/.test(row.holds))
      .map(({ holds }) => holds)
    return letters.length > 0 ? [{ secret, count: new Set(letters).size }] : []
  })
  const verb = plaintext.length === 1 ? "contains" : "contain"
  const kinds = found.map(({ secret }) => `a ${secret}`).join(" or ")
  const all = found.map(({ secret, count }) => formatCount(count, secret)).join(" and ")
  const what = found.length === 0 ? "the credential of a vault that has one" : `${kinds} in plaintext, ${all} in all`
  return `${formatCount(plaintext.length, "place")} ${verb} ${what}.\n`
}

/** Reports the tokens that are accepted, beside the problems. */
function acceptedLines({ world, letters }: Ground): string[] {
  return world.gateways.flatMap(({ name, verdict, live, inquiry }) =>
    verdict.kind === "accepted" && inquiry.anonymous?.kind !== "accepted" && live.wins?.value
      ? [`${name} accepts ${letters.letterOf(live.wins.value)}.\n`]
      : [],
  )
}

/** Describes homes without a gateway and without a node. */
function nothingFound({ surveys }: World, rows: readonly Row[]): string {
  const starts = surveys.flatMap(({ starts = [], snapshot }) => starts.map(({ by }) => showPath(by, snapshot.home)))
  if (starts.length > 0)
    return `No gateway and no node runs or is configured here; what would start one: ${[...new Set(starts)].slice(0, 3).join(", ")}`
  const isOpen = rows.length > 0 && !rows.some(({ plain }) => plain)
  return `No gateway and no node was found${isOpen ? `; ${formatCount(rows.length, "place")} may hold a token` : ""}`
}

function cleanLine(world: World, rows: readonly Row[]): string {
  const { gateways } = world
  const nodes = world.nodes.filter(({ member }) => !member.isClient)
  const clients = world.nodes.filter(({ member }) => member.isClient)
  if (gateways.length + world.nodes.length === 0) return `${nothingFound(world, rows)}.\n`
  const accepted = gateways.filter(({ verdict }) => verdict.kind === "accepted")
  const describe = (views: readonly GatewayView[], what: (secret: string) => string) => {
    if (views.length === 0) return []
    const secret = views.every(({ credential }) => credential === "password") ? "password" : "token"
    return [`${views.map(({ name }) => name).join(", ")} ${views.length === 1 ? "accepts" : "accept"} ${what(secret)}`]
  }
  const isInFiles = ({ live, next }: GatewayView) =>
    live.wins?.copy !== undefined ||
    next.candidates.some(({ copy, value }) => copy && value && live.wins?.value?.equals(value))
  const parts = [
    ...describe(accepted.filter(isInFiles), (secret) => `the ${secret} in its files`),
    ...describe(
      accepted.filter((view) => !isInFiles(view)),
      (secret) => `a ${secret} that is in none of its files`,
    ),
    ...(nodes.length > 0
      ? [`${nodes.length} ${nodes.length === 1 ? "node sends" : "nodes send"} nothing that would be rejected`]
      : []),
    ...clients.map(({ name, live }) =>
      live.wins?.value ? `${name} sends a token that its gateway accepts` : `${name} has no token to send`,
    ),
  ]
  // If a gateway accepted nothing, it is not known what it accepts.
  const head = accepted.length === gateways.length ? "Clean" : "No problem was found"
  return parts.length > 0 ? `${head}: ${parts.join("; ")}.\n` : `${head}.\n`
}

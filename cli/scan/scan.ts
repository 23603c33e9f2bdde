import { gatekeyCommand } from "../../core/command-line.ts"
import { formatCount } from "../../core/counted.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { credentials } from "../../products/readers.ts"
import { type Cause, causesOf, type Ground } from "../../survey/causes/index.ts"
import { type Row, rowsOf } from "../../survey/describe/rows.ts"
import type { GatewayView } from "../../survey/resolve/view.ts"
import type { World } from "../../survey/resolve/world.ts"
import type { Command } from "../command.ts"
import { jsonText, print, printError } from "../print.ts"
import { causeLine, checkHomes, exitCodeOf, groundOf, targetsIn } from "../stack/check-homes.ts"
import { type DeclaredStack, declaredIn } from "../stack/declared.ts"
import { SeveralStacks } from "../stack/stack.ts"
import { tableOf } from "../table.ts"
import { writeStack } from "./write.ts"

interface Options {
  readonly host?: readonly string[]
  readonly home?: readonly string[]
  readonly stack?: string
  readonly cwd: string
  readonly write?: string | true
  readonly json?: boolean
}

export const scan: Command<Options> = {
  name: "scan",
  checksOnly: true,
  summary: "finds every place that contains a token, and reports which one counts and what will be rejected",
  description: `Checks every place where openclaw or clawdbot may keep a token: configs and their backups, .env files, shell profiles, LaunchAgents, systemd units, live processes, containers, device stores and scripts. Equal letters are equal tokens; no token is shown. It changes nothing but the file of --write. It connects to each gateway without a token, and with the token from the gateway's own files; if a running gateway does not accept that, or has none, with the other tokens of its home, until it accepts one or has rejected three (one, if it is not on the loopback).

Without --host and --home: the hosts of the stack in this folder, else this machine.

Exit codes: 0 clean, 1 problems found, 2 a host could not be checked, or nothing is wrong but the token of a running gateway is not known.`,
  example: `${gatekeyCommand} scan --host ssh://me@tw.local`,

  define(command) {
    command
      .option("--host <host...>", "local, or ssh://[user@]name[:port]")
      .option("--home <folder...>", "a folder instead of the user's home")
      .option("--stack <name>", "the stack, if the folder has several")
      .option("--cwd <folder>", "the project's folder", ".")
      .option("--write [file]", "write a stack's file that declares what was found; default: Pulumi.home.yaml")
      .option("--json", "print JSON")
  },

  async run(_, options) {
    const declared = await declaredStackFor(options)
    const seen = await checkHomes(targetsIn(options, declared), declared, { searches: true })
    const ground = groundOf(seen, declared)
    const causes = causesOf(ground)
    const rows = rowsOf(ground, causes)
    print(options.json ? jsonOf(causes, rows, seen.unseen) : textOf(causes, rows, ground))
    if (options.write !== undefined) {
      const file = options.write === true ? "Pulumi.home.yaml" : options.write
      const message = await writeStack(options.cwd, file, seen.world)
      ;(options.json ? printError : print)(message)
    }
    const hint = seen.world.surveys.length === 0 ? localScanHint(options, declared) : []
    if (seen.unseen.length > 0) throw new UserError([...seen.unseen, ...hint].join("\n"))
    return exitCodeOf(causes)
  },
}

/** Finds the stack; with --host or --home, it does not matter which of several it is. */
async function declaredStackFor({ host, home, cwd, stack }: Options): Promise<DeclaredStack | undefined> {
  return declaredIn(cwd, stack).catch((error) => {
    if (error instanceof SeveralStacks && (host || home)) return undefined
    throw error
  })
}

/** Returns the command for this machine, if the folder's stack declares other homes. */
function localScanHint({ host, home }: Options, declared: DeclaredStack | undefined): string[] {
  if (!declared || host || home) return []
  return [
    `${shown(declared.file.name)} declares these homes; to check this machine: ${gatekeyCommand} scan --host local`,
  ]
}

function textOf(causes: readonly Cause[], rows: readonly Row[], ground: Ground): string {
  const { world } = ground
  const verdicts = causes.filter(({ weight }) => weight !== "note")
  const notes = causes.filter(({ weight }) => weight === "note")
  const several = world.surveys.length > 1
  const head = [...(several ? ["host"] : []), "place", "holds", "means", "read by", "mode", "finding"]
  const cells = rows.map(({ host, place, holds, means = "", readers, mode = "", findings }) => [
    ...(several ? [host] : []),
    ...[place, holds, means, readers.join(", "), mode, findings.join(", ")],
  ])
  if (world.surveys.length === 0) return ""
  const first = verdicts.length > 0 ? [...acceptedLines(ground), ...verdicts.map(causeLine)] : [cleanLine(world, rows)]
  const blocks = [
    first.join(""),
    rows.length > 0 ? `\n${tableOf(head, cells)}\n${copiesLine(rows)}` : "",
    notes.length > 0 ? `\n${notes.map(({ sentence }) => `note: ${sentence}\n`).join("")}` : "",
  ]
  return blocks.join("")
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

function jsonOf(causes: readonly Cause[], places: readonly Row[], unseen: readonly string[]): string {
  const printed = causes.map(({ copies: _, ...cause }) => cause)
  return jsonText({
    clean: printed.every(({ weight }) => weight === "note") && unseen.length === 0,
    causes: printed,
    places,
    unseen,
  })
}

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
import { complain, jsonText, print } from "../print.ts"
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
  looks: true,
  summary: "finds every place that holds a token, and says who wins and who will be refused",
  description: `Looks at every place where openclaw or clawdbot may keep a token: configs and their backups, .env files, shell profiles, LaunchAgents, systemd units, live processes, containers, device stores and scripts. Equal letters are equal tokens; no token is shown. Nothing is changed but what --write names, and each gateway is asked by a client that sends nothing, and with the token that its own files give it; a running one that does not accept that, or has none, with what its home holds besides, until it accepts one or has rejected three (one, where it is not on the loopback).

Without --host and --home: the hosts of the stack in this folder, else this machine.

Ends with 0 where nothing is wrong, with 1 where something is, with 2 where a host could not be looked at, or nothing is wrong and the token of a running gateway is not known.`,
  example: `${gatekeyCommand} scan --host ssh://me@tw.local`,

  define(words) {
    words
      .option("--host <host...>", "local, or ssh://[user@]name[:port]")
      .option("--home <folder...>", "a folder in place of the user's home")
      .option("--stack <name>", "whose hosts are meant, where the folder has several")
      .option("--cwd <folder>", "the project's folder", ".")
      .option("--write [file]", "writes a stack's file that declares what was found; default: Pulumi.home.yaml")
      .option("--json", "the same for machines")
  },

  async run(_, options) {
    const declared = await declaredFor(options)
    const seen = await checkHomes(targetsIn(options, declared), declared, { searches: true })
    const ground = groundOf(seen, declared)
    const causes = causesOf(ground)
    const rows = rowsOf(ground, causes)
    print(options.json ? jsonOf(causes, rows, seen.unseen) : textOf(causes, rows, ground))
    if (options.write !== undefined) {
      const file = options.write === true ? "Pulumi.home.yaml" : options.write
      const told = await writeStack(options.cwd, file, seen.world)
      ;(options.json ? complain : print)(told)
    }
    const way = seen.world.surveys.length === 0 ? wayOut(options, declared) : []
    if (seen.unseen.length > 0) throw new UserError([...seen.unseen, ...way].join("\n"))
    return exitCodeOf(causes)
  },
}

/** What was asked for by host and home needs no stack: which of several is meant does not matter. */
async function declaredFor({ host, home, cwd, stack }: Options): Promise<DeclaredStack | undefined> {
  return declaredIn(cwd, stack).catch((error) => {
    if (error instanceof SeveralStacks && (host || home)) return undefined
    throw error
  })
}

/** Whoever asked for no host means this machine, where the folder has a stack of other homes. */
function wayOut({ host, home }: Options, declared: DeclaredStack | undefined): string[] {
  if (!declared || host || home) return []
  return [
    `${shown(declared.file.name)} declares these homes; to look at this machine: ${gatekeyCommand} scan --host local`,
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

/** Beyond what a process has in its memory. */
function copiesLine(rows: readonly Row[]): string {
  const plain = rows.filter((row) => row.plain)
  if (plain.length === 0) return "No place holds a token in plaintext.\n"
  const found = credentials.flatMap((secret) => {
    const letters = plain.filter((row) => row.secret === secret && /^[A-Z]+$/.test(row.holds)).map(({ holds }) => holds)
    return letters.length > 0 ? [{ secret, count: new Set(letters).size }] : []
  })
  const verb = plain.length === 1 ? "holds" : "hold"
  const kinds = found.map(({ secret }) => `a ${secret}`).join(" or ")
  const all = found.map(({ secret, count }) => formatCount(count, secret)).join(" and ")
  const what = found.length === 0 ? "what opens a vault that has one" : `${kinds} in plaintext, ${all} in all`
  return `${formatCount(plain.length, "place")} ${verb} ${what}.\n`
}

/** What is right, where something else is wrong. */
function acceptedLines({ world, letters }: Ground): string[] {
  return world.gateways.flatMap(({ name, verdict, live }) =>
    verdict.kind === "accepted" && live.wins?.value ? [`${name} accepts ${letters.of(live.wins.value)}.\n`] : [],
  )
}

/** What a home has that has neither a gateway nor a node. */
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
  const taken = gateways.filter(({ verdict }) => verdict.kind === "accepted")
  const take = (views: readonly GatewayView[], what: (secret: string) => string) => {
    if (views.length === 0) return []
    const secret = views.every(({ credential }) => credential === "password") ? "password" : "token"
    return [`${views.map(({ name }) => name).join(", ")} ${views.length === 1 ? "takes" : "take"} ${what(secret)}`]
  }
  const isInFiles = ({ live, next }: GatewayView) =>
    live.wins?.copy !== undefined ||
    next.candidates.some(({ copy, value }) => copy && value && live.wins?.value?.equals(value))
  const parts = [
    ...take(taken.filter(isInFiles), (secret) => `the ${secret} of its files`),
    ...take(
      taken.filter((view) => !isInFiles(view)),
      (secret) => `a ${secret} that no file gives it`,
    ),
    ...(nodes.length > 0
      ? [`${nodes.length} ${nodes.length === 1 ? "node presents" : "nodes present"} nothing that would be refused`]
      : []),
    ...clients.map(({ name, live }) =>
      live.wins?.value ? `${name} sends a token that its gateway accepts` : `${name} has no token to send`,
    ),
  ]
  // Of a gateway that accepted nothing it is not known what it accepts.
  const head = taken.length === gateways.length ? "Clean" : "Nothing wrong was found"
  return parts.length > 0 ? `${head}: ${parts.join("; ")}.\n` : `${head}.\n`
}

function jsonOf(causes: readonly Cause[], places: readonly Row[], unseen: readonly string[]): string {
  const plain = causes.map(({ copies: _, ...cause }) => cause)
  return jsonText({
    clean: plain.every(({ weight }) => weight === "note") && unseen.length === 0,
    causes: plain,
    places,
    unseen,
  })
}

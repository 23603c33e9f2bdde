import { gatekeyCommand } from "../../core/command-line.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { type Cause, causesOf } from "../../survey/causes/index.ts"
import { type Row, rowsOf } from "../../survey/describe/rows.ts"
import type { World } from "../../survey/resolve/world.ts"
import type { Command } from "../command.ts"
import { jsonText, print, printError } from "../print.ts"
import { checkHomes, exitCodeOf, groundOf, targetsIn } from "../stack/check-homes.ts"
import { type DeclaredStack, declaredIn, targetsOf, usableStackIn } from "../stack/declared.ts"
import { writeStack } from "../stack/write-stack.ts"
import { widthOf } from "../terminal.ts"
import { textOf } from "./text.ts"

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

Without --host and --home it checks this machine; with --stack, the homes that the stack declares.

Exit codes: 0 clean, 1 problems found, 2 a host could not be checked, or nothing is wrong but the token of a running gateway is not known.`,
  example: `${gatekeyCommand} scan --host ssh://me@tw.local`,

  define(command) {
    command
      .option("--host <host...>", "local, or ssh://[user@]name[:port]")
      .option("--home <folder...>", "a folder instead of the user's home")
      .option("--stack <name>", "check the homes that this stack declares")
      .option("--cwd <folder>", "the project's folder", ".")
      .option(
        "--write [file]",
        "declare what was found in a stack's file, a new one or one without config; default: Pulumi.home.yaml",
      )
      .option("--json", "print JSON")
  },

  async run(_, options) {
    const { host, home, stack, cwd } = options
    // Only a named stack says what to check; another one explains what is found.
    const named = stack === undefined ? undefined : await declaredIn(cwd, stack)
    const declared = named ?? (await usableStackIn(cwd))
    const targets = named && !host && !home ? targetsOf(named) : targetsIn(options, declared)
    const seen = await checkHomes(targets, declared, { searches: true })
    const ground = groundOf(seen, declared)
    const causes = causesOf(ground)
    const rows = rowsOf(ground, causes)
    print(
      options.json
        ? jsonOf(seen.world, causes, rows, seen.unseen)
        : textOf(causes, rows, ground, widthOf(process.stdout)),
    )
    if (options.write !== undefined) {
      const file = options.write === true ? "Pulumi.home.yaml" : options.write
      const message = await writeStack(cwd, file, seen.world)
      ;(options.json ? printError : print)(message)
    }
    const hint = seen.world.surveys.length === 0 ? localScanHint(options, named) : []
    if (seen.unseen.length > 0) throw new UserError([...seen.unseen, ...hint].join("\n"))
    return exitCodeOf(causes)
  },
}

/** Returns the command for this machine, if the named stack declares other homes. */
function localScanHint({ host, home }: Options, named: DeclaredStack | undefined): string[] {
  if (!named || host || home) return []
  return [`${shown(named.file.name)} declares these homes; to check this machine: ${gatekeyCommand} scan`]
}

function jsonOf(
  { surveys }: World,
  causes: readonly Cause[],
  places: readonly Row[],
  unseen: readonly string[],
): string {
  const printed = causes.map(({ copies: _, ...cause }) => cause)
  return jsonText({
    checked: surveys.map(({ target: { host }, snapshot: { home } }) => ({ host, home })),
    clean: printed.every(({ weight }) => weight === "note") && unseen.length === 0,
    causes: printed,
    places,
    unseen,
  })
}

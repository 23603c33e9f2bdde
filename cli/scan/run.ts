import { gatekeyCommand } from "../../core/command-line.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { type Cause, causesOf } from "../../survey/causes/index.ts"
import { type Row, rowsOf } from "../../survey/describe/rows.ts"
import type { World } from "../../survey/resolve/world.ts"
import type { Run } from "../command.ts"
import { jsonText, print, printError } from "../print.ts"
import { checkHomes, exitCodeOf, groundOf, targetsIn } from "../stack/check-homes.ts"
import { type DeclaredStack, declaredIn, targetsOf, usableStackIn } from "../stack/declared.ts"
import { writeStack } from "../stack/write-stack.ts"
import { widthOf } from "../terminal.ts"
import { textOf } from "./text.ts"

export interface Options {
  readonly host?: readonly string[]
  readonly home?: readonly string[]
  readonly stack?: string
  readonly cwd: string
  readonly write?: string | true
  readonly json?: boolean
}

export const run: Run<Options> = async (_, options) => {
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

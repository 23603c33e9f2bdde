import { UserError } from "../core/errors.ts"
import { counted } from "../core/receipt.ts"
import { type Cause, causesOf } from "../survey/causes/index.ts"
import { type Row, rowsOf } from "../survey/rows.ts"
import type { World } from "../survey/world.ts"
import type { Command } from "./command.ts"
import { declaredIn } from "./declared.ts"
import { causeLine, groundOf, seenOf, targetsIn } from "./looked.ts"
import { tableOf } from "./table.ts"
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
  description: `Looks at every place where openclaw or clawdbot may keep a token: configs and their backups, .env files, shell profiles, LaunchAgents, systemd units, live processes, containers, device stores and scripts. Equal letters are equal tokens; no token is shown. Nothing is changed but what --write names, and each gateway is asked once, with the token that its own files give it.

Without --host and --home: the hosts of the stack in this folder, else this machine.

Ends with 0 where nothing is wrong, with 1 where something is, with 2 where a host could not be looked at.`,
  example: "npx gatekey scan --host ssh://me@tw.local",

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
    const declared = await declaredIn(options.cwd, options.stack)
    const seen = await seenOf(targetsIn(options, declared), declared)
    const ground = groundOf(seen, declared)
    const causes = causesOf(ground)
    const rows = rowsOf(ground, causes)
    process.stdout.write(options.json ? jsonOf(causes, rows, seen.unseen) : textOf(causes, rows, seen.world))
    if (options.write !== undefined) {
      const file = options.write === true ? "Pulumi.home.yaml" : options.write
      const told = await writeStack(options.cwd, file, seen.world)
      ;(options.json ? process.stderr : process.stdout).write(told)
    }
    if (seen.unseen.length > 0) throw new UserError(seen.unseen.join("\n"))
    return causes.some(({ weight }) => weight !== "note") ? 1 : 0
  },
}

function textOf(causes: readonly Cause[], rows: readonly Row[], world: World): string {
  const verdicts = causes.filter(({ weight }) => weight !== "note")
  const notes = causes.filter(({ weight }) => weight === "note")
  const several = world.surveys.length > 1
  const head = [...(several ? ["host"] : []), "place", "holds", "means", "read by", "mode", "finding"]
  const cells = rows.map(({ host, place, holds, means = "", readers, mode = "", findings }) => [
    ...(several ? [host] : []),
    ...[place, holds, means, readers.join(", "), mode, findings.join(", ")],
  ])
  if (world.surveys.length === 0) return ""
  const first = verdicts.length > 0 ? verdicts.map(causeLine) : [cleanLine(world, rows)]
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
  const tokens = new Set(plain.map(({ holds }) => holds).filter((letter) => /^[A-Z]+$/.test(letter))).size
  if (plain.length === 0) return "No place holds a token in plaintext.\n"
  const verb = plain.length === 1 ? "holds" : "hold"
  const all =
    tokens === 0 ? "what opens a vault that has one" : `a token in plaintext, ${counted(tokens, "token")} in all`
  return `${counted(plain.length, "place")} ${verb} ${all}.\n`
}

function cleanLine({ gateways, nodes }: World, rows: readonly Row[]): string {
  if (gateways.length + nodes.length === 0)
    return `No gateway and no node was found${rows.length > 0 ? ", and tokens all the same" : ""}.\n`
  const taken = gateways.filter(({ verdict }) => verdict.kind === "accepted").map(({ name }) => name)
  const parts = [
    ...(taken.length > 0
      ? [`${taken.join(", ")} ${taken.length === 1 ? "takes" : "take"} the token of its files`]
      : []),
    `${nodes.length} ${nodes.length === 1 ? "node presents" : "nodes present"} nothing that would be refused`,
  ]
  return `Clean: ${parts.join("; ")}.\n`
}

function jsonOf(causes: readonly Cause[], places: readonly Row[], unseen: readonly string[]): string {
  const plain = causes.map(({ copies: _, ...cause }) => cause)
  return `${JSON.stringify({ clean: plain.every(({ weight }) => weight === "note") && unseen.length === 0, causes: plain, places, unseen }, null, 2)}\n`
}

import { maskTokens } from "../../core/mask.ts"
import { type Role, roles } from "../../products/product.ts"
import { commandOf } from "../support/products/gateway.ts"
import type { Fleet, Member } from "./fleet.ts"
import type { Incident, Tool } from "./incident.ts"
import type { Said } from "./machine.ts"

/** What one of the product's own tools said. */
export interface OwnSaid {
  readonly command: string
  /** The line that names the cause. */
  readonly line: string | undefined
}

/** Milliseconds. */
const patience = 180_000

/** What each product offers for a look at itself, without a question and without a change. */
const commands = {
  openclaw: [
    "doctor --non-interactive",
    "security audit",
    "secrets audit --check",
    "gateway status",
    "gateway probe",
    "nodes status",
  ],
  clawdbot: ["doctor --non-interactive", "security audit", "gateway status", "gateway probe", "nodes status"],
} as const

/** What the commands of each kind report when nothing is wrong. */
export interface Usual {
  readonly own: ReadonlySet<string>
  readonly cli: ReadonlySet<string>
}

export const nothingUsual: Usual = { own: new Set(), cli: new Set() }

/** Asks the product's own tools on the host concerned, two at a time; `nodes status` is asked on the gateway's. */
async function ask(fleet: Fleet, at: Role): Promise<{ command: string; output: string }[]> {
  const all = commands[fleet.product].map((words) => async () => {
    const { output } = await asUser(words === "nodes status" ? fleet.gateway : fleet[at], fleet, words)
    return { command: `${fleet.product} ${words}`, output }
  })
  const said: { command: string; output: string }[] = []
  const work = async () => {
    for (let next = all.shift(); next; next = all.shift()) said.push(await next())
  }
  await Promise.all([work(), work()])
  return said
}

/** Runs a command of the product's as the user does, in a login shell. @param home in place of the user's, below it */
function asUser(member: Member, { product }: Fleet, words: string, home?: string): Promise<Said> {
  const program = commandOf(product, ...words.split(" ")).join(" ")
  const environment = "NO_COLOR=1 LAUNCHD_DOUBLE=$HOME/.launchd PATH=$HOME/bin:$PATH"
  const there = home ? ` HOME=$HOME/${home}` : ""
  return member.ask(`cd; ${environment}${there} ${program} </dev/null`, patience)
}

/** What they say when nothing is wrong: that names no cause. */
export async function usualOf(fleet: Fleet, tools: readonly Tool[]): Promise<Usual> {
  const plainLines = (outputs: readonly string[]) => new Set(outputs.flatMap((output) => linesOf(output).map(plain)))
  const said = tools.includes("own") ? [...(await ask(fleet, "gateway")), ...(await ask(fleet, "node"))] : []
  const asked = tools.includes("user") ? roles : []
  const healths = await Promise.all(asked.map((role) => asUser(fleet[role], fleet, userCommands[fleet.product])))
  return {
    own: plainLines(said.map(({ output }) => output)),
    cli: plainLines(healths.map(({ output }) => output)),
  }
}

/** What they say of an incident. @param usual what they say when nothing is wrong */
export async function productsOwn(fleet: Fleet, { at, own }: Incident, usual: Usual): Promise<readonly OwnSaid[]> {
  const said = await ask(fleet, at)
  return said.map(({ command, output }) => ({ command, line: telling(output, own, usual.own) }))
}

/** The command that shows a user whether the gateway is reached; `clawdbot health` was seen not to end. */
const userCommands = { openclaw: "health", clawdbot: "nodes status" } as const

/** What a user of the command line sees on the host concerned: the line that reports why it failed. */
export async function userSees(fleet: Fleet, { at, home }: Incident, usual: Usual): Promise<OwnSaid> {
  const words = userCommands[fleet.product]
  const { code, output } = await asUser(fleet[at], fleet, words, home)
  const lines = linesOf(output).filter((line) => line !== "" && !usual.cli.has(plain(line)))
  const line = lines.find((each) => failure.test(each)) ?? (code === 0 ? undefined : lines[0])
  return { command: `${fleet.product} ${words}`, line: line && maskTokens(line) }
}

const failure = /error|fail|refus|unauthori[sz]ed|mismatch|closed|invalid|timed? ?out|unreachable|required|denied/i

function telling(output: string, cause: RegExp, usual: ReadonlySet<string>): string | undefined {
  const lines = linesOf(output).filter((line) => !usual.has(plain(line)))
  // A sentence may go over several lines.
  const sentences = lines.map((_, at) => lines.slice(at, at + 3).join(" "))
  const found = [...lines, ...sentences].find((text) => cause.test(text))
  return found && maskTokens(found)
}

/** Their boxes are taken off. */
function linesOf(output: string): string[] {
  return output.split("\n").map((line) => line.replace(/[│┌└├─╮╯◇]/g, " ").trim())
}

/** Without what differs from run to run. */
function plain(line: string): string {
  return line.replace(/[0-9a-f-]{8,}|\d+/gi, "0")
}

import { masked } from "../../core/mask.ts"
import type { Role } from "../../products/product.ts"
import { commandOf } from "../support/gateway.ts"
import type { Fleet } from "./fleet.ts"
import type { Incident } from "./incident.ts"

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

/** Asks the product's own tools on the host concerned, two at a time; `nodes status` is asked on the gateway's. */
async function ask(fleet: Fleet, at: Role): Promise<{ command: string; output: string }[]> {
  const all = commands[fleet.product].map((words) => async () => {
    const on = words === "nodes status" ? fleet.gateway : fleet[at]
    const program = commandOf(fleet.product, ...words.split(" ")).join(" ")
    const environment = "NO_COLOR=1 LAUNCHD_DOUBLE=$HOME/.launchd PATH=$HOME/bin:$PATH"
    const { output } = await on.ask(`cd; ${environment} ${program} </dev/null`, patience)
    return { command: `${fleet.product} ${words}`, output }
  })
  const said: { command: string; output: string }[] = []
  const work = async () => {
    for (let next = all.shift(); next; next = all.shift()) said.push(await next())
  }
  await Promise.all([work(), work()])
  return said
}

/** What they say when nothing is wrong: that names no cause. */
export async function usualLines(fleet: Fleet): Promise<ReadonlySet<string>> {
  const said = [...(await ask(fleet, "gateway")), ...(await ask(fleet, "node"))]
  return new Set(said.flatMap(({ output }) => linesOf(output).map(plain)))
}

/** What they say of an incident. @param usual what they say when nothing is wrong */
export async function productsOwn(
  fleet: Fleet,
  { at, own }: Incident,
  usual: ReadonlySet<string>,
): Promise<readonly OwnSaid[]> {
  const said = await ask(fleet, at)
  return said.map(({ command, output }) => ({ command, line: telling(output, own, usual) }))
}

function telling(output: string, cause: RegExp, usual: ReadonlySet<string>): string | undefined {
  const lines = linesOf(output).filter((line) => !usual.has(plain(line)))
  // A sentence may go over several lines.
  const sentences = lines.map((_, at) => lines.slice(at, at + 3).join(" "))
  const found = [...lines, ...sentences].find((text) => cause.test(text))
  return found && masked(found)
}

/** Their boxes are taken off. */
function linesOf(output: string): string[] {
  return output.split("\n").map((line) => line.replace(/[│┌└├─╮╯◇]/g, " ").trim())
}

/** Without what differs from run to run. */
function plain(line: string): string {
  return line.replace(/[0-9a-f-]{8,}|\d+/gi, "0")
}

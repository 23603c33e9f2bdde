import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { omitUndefined } from "../../core/given.ts"
import { isPublicDefault } from "../../core/strength.ts"
import { roles } from "../../products/product.ts"
import { leaksIn } from "../support/canary/leaks.ts"
import { root } from "../support/engine/program.ts"
import type { Fleet, Member } from "./fleet.ts"
import { type Incident, linesOf, type Ours, ours, type Tool } from "./incident.ts"
import type { Said } from "./machine.ts"
import { say } from "./machine.ts"
import { nothingUsual, type OwnSaid, productsOwn, type Usual, userSees } from "./own.ts"

/** How one of our tools fared. */
export interface Named {
  readonly said: Said
  /** The lines in which the cause must be. */
  readonly first: readonly string[]
  /** The line that names it. */
  readonly line: string | undefined
}

export interface Result {
  readonly incident: Incident
  readonly named: { readonly [tool in Ours]?: Named }
  /** What the product's own diagnosis reports. */
  readonly own?: readonly OwnSaid[]
  /** What a user of the product's command line sees there. */
  readonly user?: OwnSaid
  /** Where a token stood in what ours said. */
  readonly leaks: readonly string[]
}

const firstLines = 12

/**
 * Breaks the fleet, asks, and mends it.
 * @param usual what the product's own tools say when nothing is wrong
 */
export async function run(
  fleet: Fleet,
  incident: Incident,
  tools: readonly Tool[],
  usual: Usual = nothingUsual,
): Promise<Result> {
  await fleet.whole(incident.restarts)
  const broken = await incident.break(fleet).catch((error) => {
    for (const role of roles) fleet.stale.add(role)
    throw error
  })
  try {
    const asking = ours.filter((tool) => tools.includes(tool))
    const answers = await Promise.all(asking.map(async (tool) => [tool, await ask(fleet, incident, tool)] as const))
    const user = tools.includes("user") ? await userSees(fleet, incident, usual) : undefined
    const own = tools.includes("own") ? await productsOwn(fleet, incident, usual) : undefined
    const secrets = [...fleet.secrets].filter((each) => !isPublicDefault(each))
    const leaks = answers.flatMap(([tool, { said }]) => leaksIn(said.output, secrets).map((leak) => `${tool}: ${leak}`))
    return { incident, named: Object.fromEntries(answers), ...omitUndefined({ own, user }), leaks }
  } finally {
    await broken.mend()
    for (const role of broken.restarts ?? []) fleet.stale.add(role)
  }
}

async function ask(fleet: Fleet, incident: Incident, tool: Ours): Promise<Named> {
  const { said, first } = await asked(fleet, tool, incident)
  const cause = incident.cause[tool]
  const isFound = tool === "preview" || said.code === (incident.ends ?? 1)
  const line = typeof cause !== "string" && isFound ? linesOf(cause, first)?.join(" / ") : undefined
  return { said, first, line }
}

/** What it says of the fleet as it is now, and in which lines the cause must be. */
export async function asked(
  fleet: Fleet,
  tool: Ours,
  where: Pick<Incident, "at" | "home"> = { at: "node" },
): Promise<Pick<Named, "said" | "first">> {
  const said = await commands[tool](fleet, where)
  const first =
    tool === "preview"
      ? warnings(said.output)
      : said.output
          .replace(/^Checked .*\n/, "")
          .split("\n")
          .slice(0, firstLines)
  return { said, first }
}

const commands: {
  readonly [tool in Ours]: (fleet: Fleet, where: Pick<Incident, "at" | "home">) => Promise<Said>
} = {
  scan(fleet, { at, home }) {
    const homes = home ? ["--home", fleet[at].home, `${fleet[at].home}/${home}`] : []
    return gatekeyFrom(fleet, "scan", "--host", fleet.gateway.host, fleet.node.host, ...homes)
  },
  doctor(fleet, { at, home }) {
    const own = home ? ["--home", `${fleet[at].home}/${home}`] : []
    return gatekeyFrom(fleet, "doctor", "--host", fleet.node.host, "--gateway", fleet.gateway.host, ...own)
  },
  async preview({ stack }) {
    const began = performance.now()
    return { ...(await stack.pulumi("preview")), seconds: (performance.now() - began) / 1000 }
  },
}

/** As on the machine of somebody who reaches both hosts by ssh, and has declared nothing. */
export async function gatekeyFrom({ stack }: Fleet, ...words: readonly string[]): Promise<Said> {
  const home = mkdtempSync(join(tmpdir(), "gatekey-incident-"))
  try {
    return await say(process.execPath, [main, ...words], { env: { ...stack.env, HOME: home }, cwd: home })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const main = join(root, "cli/main.ts")

/** The same on the member's own host. */
export function gatekeyOn(member: Member, ...words: readonly string[]): Promise<Said> {
  const environment = `PATH=$HOME/bin:$PATH LAUNCHD_DOUBLE=$HOME/.launchd`
  return member.ask(`${environment} ${[process.execPath, main, ...words].join(" ")}`)
}

/** What a preview warns of, each in one line that begins with whose it is. */
function warnings(output: string): string[] {
  const [, after = ""] = output.split(/^Diagnostics:$/m)
  const [diagnostics = ""] = after.split(/^\S/m)
  const found: string[] = []
  let whose = ""
  for (const line of diagnostics.split("\n")) {
    const [, name] = /^ {2}\S+ \((.*)\):$/.exec(line) ?? []
    if (name) whose = name
    else if (/^ {4}(?:warning|error): /.test(line)) found.push(`${whose}: ${line.trim()}`)
    else if (/^ {4,}\S/.test(line) && found.length > 0) found[found.length - 1] += ` ${line.trim()}`
  }
  return found
}

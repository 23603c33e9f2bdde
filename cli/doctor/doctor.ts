import { gatekeyCommand } from "../../core/command-line.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { checkHost } from "../../core/host.ts"
import { type Cause, causesOf } from "../../survey/causes/index.ts"
import { helloFrom } from "../../survey/collect/hello.ts"
import type { Target } from "../../survey/collect/survey.ts"
import { addressIn } from "../../survey/collect/wire.ts"
import { type Step, stepsOfGateway, stepsOfNode } from "../../survey/describe/steps.ts"
import { deviceOf } from "../../survey/resolve/device.ts"
import type { GatewayView, NodeView } from "../../survey/resolve/view.ts"
import type { World } from "../../survey/resolve/world.ts"
import type { Command } from "../command.ts"
import { jsonText, print } from "../print.ts"
import { causeLine, checkHomes, exitCodeOf, groundOf, homeProblem, targetsIn } from "../stack/check-homes.ts"
import { type DeclaredStack, declaredIn, targetOf, targetsOf } from "../stack/declared.ts"
import { tableOf } from "../table.ts"

interface Options {
  readonly gateway?: string
  readonly gatewayHome?: string
  readonly host?: string
  readonly home?: string
  readonly stack?: string
  readonly cwd: string
  readonly json?: boolean
}

export const doctor: Command<Options> = {
  name: "doctor",
  looks: true,
  summary: "goes a node's way to its gateway, step by step, and names the cause",
  description: `Goes the way of a node from its own host: its name, the port, who has it, TLS, HTTP, the WebSocket, the token that it presents and why, the gateway's verdict, its pairing, its service and the last lines of its log. The first failure is explained in one sentence, with what mends it. Nothing is changed; a node's token is shown to a gateway only when the gateway is known to take it, and a gateway is asked as by gatekey scan.

NODE is a node or a gateway of the stack in this folder, or a host. Without it: what is on this machine.

Ends with 0 where all is well, with 1 where something is wrong, with 2 where it could not be looked at.`,
  example: `${gatekeyCommand} doctor tw`,

  define(words) {
    words
      .argument("[node]", "its name in the stack, or its host: ssh://[user@]name[:port]")
      .option("--gateway <host>", "the gateway's host, where no stack declares it")
      .option("--gateway-home <folder>", "a folder in place of the user's home there")
      .option("--host <host>", "the node's host, where no stack declares it")
      .option("--home <folder>", "a folder in place of the user's home there")
      .option("--stack <name>", "whose members are meant, where the folder has several")
      .option("--cwd <folder>", "the project's folder", ".")
      .option("--json", "the same for machines")
  },

  async run([name], options) {
    const declared = await declaredIn(options.cwd, options.stack)
    const { own, others, free } = asked(name, options, declared)
    const seen = await checkHomes([own, ...others], declared, { logs: "all" })
    const ground = groundOf(seen, declared)
    const view = memberIn(seen.world, own, { name, free }, seen.unseen)
    const causes = causesOf(ground).filter(({ who }) => who === view.name || concerns(view, who))
    const steps = await stepsOf(view, ground.letters)
    const [first] = causes.filter(({ weight }) => weight !== "note")
    const wrong = steps.find(({ is }) => is === "WRONG")
    print(options.json ? jsonOf(view.name, causes, steps) : textOf(view, first, wrong, steps))
    // Somebody on the way was not looked at: what was found is not all.
    if (seen.unseen.length > 0) throw new UserError(seen.unseen.join("\n"))
    // Of a gateway that is starting it is not known yet whether a step is wrong.
    return wrong && first?.code !== "starting" ? 1 : exitCodeOf(causes)
  },
}

/** Whose way, and who else must be looked at to understand it. */
function asked(
  name: string | undefined,
  options: Options,
  declared: DeclaredStack | undefined,
): { own: Target; others: Target[]; free: boolean } {
  const hosts = [options.gateway, options.host].filter((host) => host !== undefined)
  const homes = [options.home, options.gatewayHome].filter((home) => home !== undefined)
  const problem = [...hosts.map(checkHost), ...homes.map(homeProblem)].find(Boolean)
  if (problem) throw new UserError(problem)
  const isHost = name !== undefined && checkHost(name) === undefined
  const host = options.host ?? (isHost ? name : undefined)
  const known = name !== undefined && !isHost && declared ? targetOf(declared, name) : undefined
  const own = known ?? { host: host ?? "local", home: options.home ?? "~" }
  const { gateway, gatewayHome } = options
  const gateways =
    gateway || gatewayHome
      ? targetsIn(
          { ...(gateway ? { host: [gateway] } : {}), ...(gatewayHome ? { home: [gatewayHome] } : {}) },
          undefined,
        )
      : declared
        ? targetsOf(declared, "gateways")
        : []
  // A name that is no host, and that no stack declares, is that of one which is found.
  const free = name !== undefined && !isHost && !known
  return { own, free, others: gateways.filter((each) => each.host !== own.host || each.home !== own.home) }
}

/** The member that is meant, of that home. */
function memberIn(
  world: World,
  own: Target,
  { name, free }: { readonly name: string | undefined; readonly free: boolean },
  unseen: readonly string[],
): GatewayView | NodeView {
  const views = [...world.nodes, ...world.gateways].filter(
    ({ survey: { target } }) => target.host === own.host && target.home === own.home,
  )
  const named = name === undefined ? undefined : views.find((view) => view.name === name || isCalled(view, name))
  const found = named ?? (free ? undefined : views[0])
  if (found) return found
  if (unseen.length > 0) throw new UserError(unseen.join("\n"))
  if (free && name !== undefined)
    throw new UserError(
      `no ${shown(name)} was found on ${own.host}, and no stack here declares it${views.length > 0 ? `; there are: ${views.map((view) => view.name).join(", ")}` : "; name its host: --host ssh://…"}`,
    )
  throw new UserError(
    `no node and no gateway was found on ${own.host}${own.home === "~" ? "" : ` in ${shown(own.home)}`}: nothing runs, no service starts one, and no config makes it one; name its host: --host ssh://…`,
  )
}

/** Whether it calls itself so: in its words, or to its gateway. */
function isCalled(view: GatewayView | NodeView, name: string): boolean {
  const { process, definitions } = view.member
  const said = process?.displayName ?? definitions.find(({ options }) => options?.displayName)?.options?.displayName
  return said === undefined ? "gateway" in view && deviceOf(view)?.paired?.name.is(name) === true : said === name
}

/** A node's trouble may be its gateway's. */
function concerns(view: GatewayView | NodeView, who: string): boolean {
  return "gateway" in view && view.gateway?.name === who
}

async function stepsOf(view: GatewayView | NodeView, letters: ReturnType<typeof groundOf>["letters"]): Promise<Step[]> {
  const { survey, member } = view
  const { host } = survey.target
  if ("gateway" in view) {
    const { passage } = view
    const hello =
      passage && passage.verdict.kind !== "no gateway"
        ? await helloFrom(host, passage.route, member.product, passage.certificate)
        : undefined
    return stepsOfNode(view, hello, letters)
  }
  const { verdict } = view as GatewayView
  const route = { address: addressIn(survey.ports.get(member.port)), port: member.port, tls: false }
  const hello =
    verdict.kind === "no gateway" || member.settings?.tls
      ? undefined
      : await helloFrom(host, route, member.product, undefined)
  return stepsOfGateway(view as GatewayView, hello, letters)
}

function textOf(
  view: GatewayView | NodeView,
  first: Cause | undefined,
  wrong: Step | undefined,
  steps: readonly Step[],
): string {
  const head = first
    ? causeLine(first)
    : wrong
      ? `${view.name}: ${wrong.step}: ${wrong.says}.\n`
      : `${view.name}: nothing is wrong.\n`
  const rows = steps.map(({ step, says, is }) => [`  ${is}`, step, says])
  return `${head}\n${tableOf(["", "step", "what was seen"], rows)}`
}

function jsonOf(name: string, causes: readonly Cause[], steps: readonly Step[]): string {
  const plain = causes.map(({ copies: _, ...cause }) => cause)
  return jsonText({ name, causes: plain, steps })
}

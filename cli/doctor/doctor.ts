import { gatekeyCommand } from "../../core/command-line.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { checkHost } from "../../core/host.ts"
import { type Cause, causesOf } from "../../survey/causes/index.ts"
import { helloFrom } from "../../survey/collect/hello.ts"
import type { Target } from "../../survey/collect/survey.ts"
import { addressIn } from "../../survey/collect/wire.ts"
import { stepsBySidecar } from "../../survey/describe/sidecar-steps.ts"
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
  checksOnly: true,
  summary: "checks a node's route to its gateway, step by step, and names the cause",
  description: `Checks a node's route from its own host: the gateway's name, its port and what uses it, TLS, HTTP, the WebSocket, the token that the node sends and why (on the way by a sidecar: the sidecar, its certificate, the guard's, and the guard's answer), the gateway's verdict, the pairing, the service and the last lines of its log. It explains the first failure in one sentence, with the fix. It changes nothing; it sends a node's token to a gateway only if the gateway is known to accept it, and asks a gateway as gatekey scan does.

NODE is a node or a gateway of the stack in this folder, or a host. Default: this machine.

Exit codes: 0 clean, 1 problems found, 2 could not check.`,
  example: `${gatekeyCommand} doctor tw`,

  define(command) {
    command
      .argument("[node]", "its name in the stack, or its host: ssh://[user@]name[:port]")
      .option("--gateway <host>", "the gateway's host, if no stack declares it")
      .option("--gateway-home <folder>", "a folder instead of the user's home there")
      .option("--host <host>", "the node's host, if no stack declares it")
      .option("--home <folder>", "a folder instead of the user's home there")
      .option("--stack <name>", "the stack, if the folder has several")
      .option("--cwd <folder>", "the project's folder", ".")
      .option("--json", "print JSON")
  },

  async run([name], options) {
    const declared = await declaredIn(options.cwd, options.stack)
    const { own, others, free } = targetsFor(name, options, declared)
    const seen = await checkHomes([own, ...others], declared, { logs: "all" })
    const ground = groundOf(seen, declared)
    const view = memberIn(seen.world, own, { name, free }, seen.unseen)
    const causes = causesOf(ground).filter(({ who }) => who === view.name || concerns(view, who))
    const steps = withUnknown(await stepsOf(view, ground.letters), causes, view.name)
    const [first] = causes.filter(({ weight }) => weight !== "note")
    const wrong = steps.find(({ is }) => is === "WRONG")
    print(options.json ? jsonOf(view.name, causes, steps) : textOf(view, first, wrong, steps))
    // A part of the route was not checked: the findings are incomplete.
    if (seen.unseen.length > 0) throw new UserError(seen.unseen.join("\n"))
    // While a gateway is starting, it is not known whether a step is wrong.
    return wrong && first?.code !== "starting" ? 1 : exitCodeOf(causes)
  },
}

/** Marks steps that are not known to be wrong: nothing reveals which secret the gateway accepts. */
function withUnknown(steps: readonly Step[], causes: readonly Cause[], name: string): readonly Step[] {
  if (!causes.some(({ code, who }) => code === "token-not-known" && who === name)) return steps
  return steps.map((each) => {
    const isOpen = each.is === "WRONG" && ["credential", "verdict"].includes(each.step)
    if (!isOpen) return each
    return { ...each, is: "-", says: each.says.startsWith("no token") ? "not known" : each.says }
  })
}

/** Returns the home to check, and the others that explain its findings. */
function targetsFor(
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
  // A name that is not a host, and that no stack declares, is looked up among the members that are found.
  const free = name !== undefined && !isHost && !known
  return { own, free, others: gateways.filter((each) => each.host !== own.host || each.home !== own.home) }
}

/** Finds the member of that home. */
function memberIn(
  world: World,
  own: Target,
  { name, free }: { readonly name: string | undefined; readonly free: boolean },
  unseen: readonly string[],
): GatewayView | NodeView {
  const views = [...world.nodes, ...world.gateways].filter(
    ({ survey: { target } }) => target.host === own.host && target.home === own.home,
  )
  const match = name === undefined ? undefined : views.find((view) => view.name === name || hasDisplayName(view, name))
  const found = match ?? (free ? undefined : views[0])
  if (found) return found
  if (unseen.length > 0) throw new UserError(unseen.join("\n"))
  if (free && name !== undefined)
    throw new UserError(
      `no ${shown(name)} was found on ${own.host}, and no stack here declares it${views.length > 0 ? `; found: ${views.map((view) => view.name).join(", ")}` : "; name its host: --host ssh://…"}`,
    )
  throw new UserError(
    `no node and no gateway was found on ${own.host}${own.home === "~" ? "" : ` in ${shown(own.home)}`}: none runs, no service starts one, and no config declares one; name its host: --host ssh://…`,
  )
}

/** Checks whether the member has this display name: in its definition, or at its gateway. */
function hasDisplayName(view: GatewayView | NodeView, name: string): boolean {
  const { process, definitions } = view.member
  const displayName =
    process?.displayName ?? definitions.find(({ options }) => options?.displayName)?.options?.displayName
  return displayName === undefined
    ? "gateway" in view && deviceOf(view)?.paired?.name.is(name) === true
    : displayName === name
}

/** Checks whether a cause at a gateway concerns the node. */
function concerns(view: GatewayView | NodeView, who: string): boolean {
  return "gateway" in view && view.gateway?.name === who
}

async function stepsOf(view: GatewayView | NodeView, letters: ReturnType<typeof groundOf>["letters"]): Promise<Step[]> {
  const { survey, member } = view
  const { host } = survey.target
  if ("gateway" in view) {
    if (view.sidecar) return stepsBySidecar(view, letters)
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
      : `${view.name}: no problem was found.\n`
  const rows = steps.map(({ step, says, is }) => [`  ${is}`, step, says])
  return `${head}\n${tableOf(["", "step", "result"], rows)}`
}

function jsonOf(name: string, causes: readonly Cause[], steps: readonly Step[]): string {
  const printed = causes.map(({ copies: _, ...cause }) => cause)
  return jsonText({ name, causes: printed, steps })
}

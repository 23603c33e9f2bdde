import { UserError } from "../../core/errors.ts"
import { type Cause, causesOf } from "../../survey/causes/index.ts"
import { helloFrom } from "../../survey/collect/hello.ts"
import { addressIn } from "../../survey/collect/wire.ts"
import { stepsBySidecar } from "../../survey/describe/sidecar-steps.ts"
import { type Step, stepsOfGateway, stepsOfNode } from "../../survey/describe/steps.ts"
import type { GatewayView, NodeView } from "../../survey/resolve/view.ts"
import type { Run } from "../command.ts"
import { jsonText, print } from "../print.ts"
import { causeLine, checkHomes, exitCodeOf, groundOf } from "../stack/check-homes.ts"
import { tableRows } from "../table.ts"
import { widthOf } from "../terminal.ts"
import { styled, type Text } from "../text.ts"
import { memberIn } from "./member-in.ts"
import { type PlaceOptions, stackFor, targetsFor } from "./targets.ts"

export interface Options extends PlaceOptions {
  readonly json?: boolean
}

export const run: Run<Options> = async ([name], options) => {
  const declared = await stackFor(name, options)
  const { own, others, free } = targetsFor(name, options, declared)
  const seen = await checkHomes([own, ...others], declared, { logs: "all" })
  const ground = groundOf(seen, declared)
  const view = memberIn(seen.world, own, { name, free }, seen.unseen)
  const causes = causesOf(ground).filter(({ who }) => who === view.name || concerns(view, who))
  const steps = withUnknown(await stepsOf(view, ground.letters), causes, view)
  const [first] = causes.filter(({ weight }) => weight !== "note")
  const wrong = steps.find(({ is }) => is === "WRONG")
  print(options.json ? jsonOf(view.name, causes, steps) : textOf(view, first, wrong, steps))
  // A part of the route was not checked: the findings are incomplete.
  if (seen.unseen.length > 0) throw new UserError(seen.unseen.join("\n"))
  // While a gateway is starting, it is not known whether a step is wrong.
  return wrong && first?.code !== "starting" ? 1 : exitCodeOf(causes)
}

/** Marks steps that are not known to be wrong: nothing reveals which secret the gateway accepts. */
function withUnknown(
  steps: readonly Step[],
  causes: readonly Cause[],
  { name, live }: GatewayView | NodeView,
): readonly Step[] {
  if (!causes.some(({ code, who }) => code === "token-not-known" && who === name)) return steps
  return steps.map((each) => {
    const isOpen = each.is === "WRONG" && ["credential", "verdict"].includes(each.step)
    if (!isOpen) return each
    return { ...each, is: "-", says: each.step === "credential" && !live.wins ? "not known" : each.says }
  })
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
): Text {
  const head = first
    ? causeLine(first)
    : wrong
      ? [styled("red", `${view.name}: ${wrong.step}: ${wrong.says}.`), "\n"]
      : [styled("green", `${view.name}: no problem was found.`), "\n"]
  const styles = { ok: "green", WRONG: "red", "-": "dim" } as const
  const rows = steps.map(({ step, says, is }) => [styled(styles[is], `  ${is}`), step, says])
  return [head, "\n", tableRows(["", "step", "result"], rows, widthOf(process.stdout))]
}

function jsonOf(name: string, causes: readonly Cause[], steps: readonly Step[]): string {
  const printed = causes.map(({ copies: _, ...cause }) => cause)
  return jsonText({ name, causes: printed, steps })
}

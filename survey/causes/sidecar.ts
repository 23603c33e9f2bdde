import { shown } from "../../core/escape.ts"
import { describeVerdict } from "../../gateways/verdict.ts"
import type { NodeView } from "../resolve/view.ts"
import { type Cause, hostCommand } from "./cause.ts"
import { proxyFaults } from "./proxies.ts"

/** Reports the first layer that stops a node on its way by its sidecar: the sidecar, the guard, the gateway. */
export function sidecarCauses(view: NodeView): Cause[] {
  const { name, survey, sidecar, way, gateway } = view
  if (!sidecar || !way) return []
  const { guard, port } = sidecar.facts
  const at = `${shown(guard.address)}:${guard.port}`
  const say = (code: Cause["code"], sentence: string, remedy?: string, weight: Cause["weight"] = "broken"): Cause[] => [
    { ...{ code, weight, who: name, host: survey.target.host, sentence }, ...(remedy ? { remedy } : {}) },
  ]
  const { verdict } = way
  // What is wrong with the sidecar itself is reported on its own, and explains the rest.
  if (proxyFaults(survey, sidecar).some(({ weight }) => weight === "broken")) return []
  switch (verdict.kind) {
    case "accepted":
      return []
    case "answers":
      // By a token, a gateway only answers who sends none.
      return gateway?.mode.kind === "trusted-proxy"
        ? say("guard-not-trusted", `${gateway.name} does not accept what its guard says of ${name}`, trustFix)
        : []
    case "starting":
      return say("starting", `the gateway behind the guard at ${at} is starting`, undefined, "unknown")
    case "no gateway":
      return say(
        "no-sidecar",
        `the sidecar of ${name} does not answer at 127.0.0.1:${port}: ${shown(verdict.reason)}`,
        "pulumi up starts it; see its service and its log",
      )
    case "proxy":
      if (verdict.said.by === "sidecar") return guardCauses(view, at, say)
      return verdict.said.code === "no-gateway"
        ? say("guard-no-gateway", `the guard at ${at} does not reach its gateway`, "start the gateway; see its log")
        : say(
            "guard-refuses",
            `the guard at ${at} rejects ${name}: ${verdict.said.reason}`,
            `declare ${name} with sidecar, and run pulumi up: it writes the guard's list of clients`,
          )
    default:
      return say(
        "gateway-refuses-identity",
        `the gateway behind the guard at ${at} rejects ${name}: ${describeVerdict(verdict)}`,
        trustFix,
      )
  }
}

const trustFix = "pulumi preview names the settings of the gateway's config that differ; pulumi up writes them"

function guardCauses(
  { name, survey, way }: NodeView,
  at: string,
  say: (code: Cause["code"], sentence: string, remedy?: string) => Cause[],
): Cause[] {
  const problem = way?.guard
  if (problem?.layer === "tcp")
    return say(
      "no-guard",
      `the guard at ${at} cannot be reached from ${name}: ${shown(problem.reason)}`,
      "check that the guard runs, and that no firewall is in between",
    )
  const clock = hostCommand(survey.target.host, "date -u")
  if (problem)
    return say(
      "guard-certificate",
      `the guard's certificate at ${at} is not valid for ${name}: ${shown(problem.reason)}`,
      `pulumi up renews it; compare the clocks: ${clock}`,
    )
  return say(
    "guard-rejects-certificate",
    `the guard at ${at} does not accept the certificate of ${name}`,
    `pulumi up makes another one; compare the clocks: ${clock}`,
  )
}

import { shown } from "../../core/escape.ts"
import { formatMinute } from "../../core/time.ts"
import { describeVerdict } from "../../gateways/verdict.ts"
import { certificateFaults } from "../causes/certificates.ts"
import type { OwnSidecar } from "../collect/proxies.ts"
import type { SidecarWay } from "../collect/sidecar-way.ts"
import type { Letters } from "../resolve/letters.ts"
import type { NodeView } from "../resolve/view.ts"
import { credentialStep, listenerStep, pairingStep, type Step, serviceAndLog, skippedStep } from "./steps.ts"

/** Returns the steps from a node to its gateway by its sidecar and a guard. */
export function stepsBySidecar(view: NodeView, letters: Letters): Step[] {
  const { sidecar, way, gateway } = view
  if (!sidecar) return []
  const isByToken = gateway?.mode.kind === "token"
  return [
    { step: "route", says: `127.0.0.1:${sidecar.facts.port}, its sidecar`, is: "ok" },
    sidecarStep(sidecar),
    certificateStep(view, sidecar),
    tlsStep(sidecar, way),
    ...answerSteps(way, gateway?.mode.kind === "trusted-proxy"),
    gateway ? listenerStep(gateway) : skippedStep("listener", "the guard's host was not checked: --gateway ssh://…"),
    isByToken ? credentialStep(view, letters) : skippedStep("credential", "its certificate lets it in, no token does"),
    pairingStep(view),
    ...serviceAndLog(view),
  ]
}

function sidecarStep({ process, facts }: OwnSidecar): Step {
  const step = "sidecar"
  if (process.process === "unknown") return skippedStep(step, "cannot be asked: the host has no perl")
  if (process.process === "none") return { step, says: "does not run", is: "WRONG" }
  const isCurrent = process.stamp === facts.stamp
  const says = isCurrent ? "runs with its configuration" : "runs with another configuration than its file"
  return { step, says, is: isCurrent ? "ok" : "WRONG" }
}

function certificateStep(view: NodeView, sidecar: OwnSidecar): Step {
  const [wrong] = certificateFaults(sidecar, view.survey)
  if (wrong) return { step: "certificate", says: wrong.predicate, is: "WRONG" }
  const { validity } = sidecar
  if (!validity) return skippedStep("certificate", "not known")
  const until = formatMinute(validity.until.getTime())
  return { step: "certificate", says: `${shown(validity.commonName)}, valid until ${until}`, is: "ok" }
}

function tlsStep({ facts, authority }: OwnSidecar, way: SidecarWay | undefined): Step {
  const at = `${shown(facts.guard.address)}:${facts.guard.port}`
  if (!way || authority === undefined) return skippedStep("tls", `${at} was not asked`)
  const { guard } = way
  if (!guard) return { step: "tls", says: `${at}, its certificate is valid for ${shown(facts.guard.name)}`, is: "ok" }
  const what = guard.layer === "tcp" ? "cannot be reached" : "its certificate is not valid"
  return { step: "tls", says: `${at}: ${what}: ${shown(guard.reason)}`, is: "WRONG" }
}

/** @param isTrusting the gateway goes by what its guard says, so it accepts and does not only answer */
function answerSteps(way: SidecarWay | undefined, isTrusting: boolean): Step[] {
  if (!way) return ["guard", "gateway"].map((step) => skippedStep(step, "not reached"))
  const { verdict } = way
  if (verdict.kind === "no gateway") return [skippedStep("guard", "not reached"), skippedStep("gateway", "not reached")]
  if (verdict.kind === "proxy") {
    const { by, code, reason } = verdict.said
    const isPassed = code === "no-gateway"
    return isPassed
      ? [
          { step: "guard", says: "lets it in", is: "ok" },
          { step: "gateway", says: "the guard does not reach it", is: "WRONG" },
        ]
      : [
          { step: "guard", says: by === "sidecar" ? "the sidecar does not get through" : reason, is: "WRONG" },
          skippedStep("gateway", "not reached"),
        ]
  }
  const isRight = verdict.kind === "accepted" || (verdict.kind === "answers" && !isTrusting)
  return [
    { step: "guard", says: "lets it in", is: "ok" },
    { step: "gateway", says: describeVerdict(verdict), is: isRight ? "ok" : "WRONG" },
  ]
}

import { bundleOf } from "../../../certificates/authority-set.ts"
import type { ProxyAnswer } from "../../../core/proxy-answers.ts"
import { parseRoute } from "../../../core/route.ts"
import { checkServer, openSession } from "../../../gateways/gateway.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import { hostOf } from "../../../hosts/index.ts"
import { unreachable } from "../../gateways/session.ts"
import type { Run } from "../../run/run.ts"
import { lastUrl } from "../handshake/evaluate.ts"
import { type AccessInputs, wantedOf } from "./inputs.ts"

/** Which layer answered. `past`: the client's way leads past its sidecar. */
type Layer = "accepted" | "past" | "sidecar" | "tls" | "guard" | "gateway"

export interface AccessEvaluation {
  readonly code: Layer
  readonly message: string
  /** `reported`: reported once, and not an error. `starting`: one of the layers is not ready yet. */
  readonly outcome: "right" | "reported" | "wrong" | "starting"
  readonly remedy?: string
}

/** Connects once, as the client does. */
export async function evaluateAccess(run: Run, inputs: AccessInputs): Promise<AccessEvaluation> {
  const { host, port } = inputs
  const dial = () => hostOf(host).dial("127.0.0.1", port)
  const { session, verdict } = await openSession({ product: "openclaw", port, dial }, undefined, []).catch((error) => ({
    session: undefined,
    verdict: unreachable(error),
  }))
  session?.close()
  return verdict.kind === wantedOf(inputs) ? evaluateRoute(inputs) : evaluateRefusal(run, inputs, verdict)
}

async function evaluateRefusal(run: Run, inputs: AccessInputs, verdict: Verdict): Promise<AccessEvaluation> {
  const why = describeVerdict(verdict)
  switch (verdict.kind) {
    case "unreachable":
      return { code: "sidecar", message: why, outcome: "reported" }
    case "no gateway":
      return {
        code: "sidecar",
        message: `its sidecar does not answer at 127.0.0.1:${inputs.port}`,
        outcome: "wrong",
        remedy: "see the sidecar's service above",
      }
    case "starting":
      return { code: "gateway", message: "the gateway is starting", outcome: "starting" }
    case "proxy":
      return verdict.said.by === "sidecar"
        ? evaluateSidecar(run, inputs, verdict.said)
        : verdict.said.code === "no-gateway"
          ? { code: "gateway", message: "the guard does not reach the gateway", outcome: "starting", remedy: noGateway }
          : {
              code: "guard",
              message: why,
              outcome: "wrong",
              remedy: "see the guard's clients; `pulumi up` repairs them",
            }
    default:
      return { code: "gateway", message: why, outcome: "wrong", remedy: "see the gateway's trust in its guard" }
  }
}

/** Evaluates what a sidecar answers: it reaches no guard, or what sends its bearers does not run. */
async function evaluateSidecar(run: Run, inputs: AccessInputs, said: ProxyAnswer): Promise<AccessEvaluation> {
  if (said.code === "no-guard") return findGuardFault(run, inputs)
  return {
    code: "sidecar",
    message: `the sidecar answers: ${said.reason}`,
    outcome: "wrong",
    remedy: "restart the sidecar's service, which signs its bearers; compare the clocks of both hosts",
  }
}

const noGateway = "start the gateway; see its log"

/** Finds out, from the client's host, why its sidecar does not get through to the guard. */
async function findGuardFault(run: Run, { host, name, guard, authority: id }: AccessInputs): Promise<AccessEvaluation> {
  const { address, port } = guard
  const authority = await run.authorities.authoritySoon(id)
  if (!authority) return { code: "guard", message: "its sidecar does not reach the guard", outcome: "wrong" }
  const dial = () => hostOf(host).dial(address, port)
  const problem = await checkServer(dial, { authority: bundleOf(authority), name: guard.name })
  if (problem?.layer === "tcp")
    return {
      code: "sidecar",
      message: `the guard at ${address}:${port} cannot be reached from there: ${problem.reason}`,
      outcome: "starting",
      remedy: "check that the guard runs, and that no firewall is in between",
    }
  return {
    code: "tls",
    message: problem
      ? `the guard's certificate is not valid for ${name}: ${problem.reason}`
      : `the guard does not accept the certificate of ${name}`,
    outcome: "wrong",
    remedy: "see the certificates above; `pulumi up` renews them. Compare the clocks of both hosts",
  }
}

/** Compares a node's last route: what comes past the guard is let in by its device token only while the port is open. */
async function evaluateRoute({ host, port, config, mode }: AccessInputs): Promise<AccessEvaluation> {
  const last = config === undefined ? undefined : await lastUrl(host, config, "openclaw").catch(() => undefined)
  const route = last === undefined ? undefined : parseRoute(last)
  const isOwn =
    route === undefined || (route.port === port && ["127.0.0.1", "localhost", "::1"].includes(route.address))
  if (isOwn) return { code: "accepted", message: wantedOf({ mode }), outcome: "right" }
  return {
    code: "past",
    message: `its sidecar works, but the node connects past it, to ${route.address}:${route.port}`,
    outcome: "reported",
    remedy: `start the node with --host 127.0.0.1 --port ${port} (\`openclaw node install --force\` with both)`,
  }
}

import { bundleOf } from "../../../certificates/authority-set.ts"
import type { ProxyAnswer } from "../../../core/proxy-answers.ts"
import { parseRoute } from "../../../core/route.ts"
import { checkServer, openSession } from "../../../gateways/gateway.ts"
import { describeVerdict, isWithoutGuard, type Verdict } from "../../../gateways/verdict.ts"
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

/** Connects as the client does. */
export async function evaluateAccess(run: Run, inputs: AccessInputs): Promise<AccessEvaluation> {
  const verdict = await connect(inputs)
  if (!isWithoutGuard(verdict)) return evaluateVerdict(inputs, verdict)
  const fault = await findGuardFault(run, inputs)
  if (fault !== undefined) return fault
  // The guard may have come up in between.
  const second = await connect(inputs)
  return isWithoutGuard(second) ? rejected(inputs) : evaluateVerdict(inputs, second)
}

async function connect({ host, port }: AccessInputs): Promise<Verdict> {
  const dial = () => hostOf(host).dial("127.0.0.1", port)
  try {
    const { session, verdict } = await openSession({ product: "openclaw", port, dial }, undefined, [])
    session?.close()
    return verdict
  } catch (error) {
    return unreachable(error)
  }
}

function evaluateVerdict(inputs: AccessInputs, verdict: Verdict): AccessEvaluation | Promise<AccessEvaluation> {
  return verdict.kind === wantedOf(inputs) ? evaluateRoute(inputs) : evaluateRefusal(inputs, verdict)
}

function evaluateRefusal(inputs: AccessInputs, verdict: Verdict): AccessEvaluation {
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
        ? evaluateSidecar(verdict.said)
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

/** Evaluates what a sidecar answers if what signs its bearers does not run. */
function evaluateSidecar(said: ProxyAnswer): AccessEvaluation {
  return {
    code: "sidecar",
    message: `the sidecar answers: ${said.reason}`,
    outcome: "wrong",
    remedy: "restart the sidecar's service, which signs its bearers; compare the clocks of both hosts",
  }
}

const noGateway = "start the gateway; see its log"

/** Finds out, from the client's host, why its sidecar does not get through to the guard; undefined if the guard is right. */
async function findGuardFault(
  run: Run,
  { host, name, guard, authority: id }: AccessInputs,
): Promise<AccessEvaluation | undefined> {
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
  return problem && wrongTls(`the guard's certificate is not valid for ${name}: ${problem.reason}`)
}

function rejected({ name }: AccessInputs): AccessEvaluation {
  return wrongTls(`the guard does not accept the certificate of ${name}`)
}

function wrongTls(message: string): AccessEvaluation {
  return {
    code: "tls",
    message,
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

import { isLoopback } from "../../core/address.ts"
import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { parseRoute } from "../../core/route.ts"
import { describeVerdict } from "../../gateways/verdict.ts"
import { describeOwner } from "../../probes/listeners/describe.ts"
import { listOwners } from "../../probes/listeners/owner.ts"
import { describeDefinition, describeProcess } from "../../probes/services/describe.ts"
import { describeHealth, type Hello } from "../collect/hello.ts"
import { deviceOf, hasOwnToken } from "../resolve/device.ts"
import type { Letters } from "../resolve/letters.ts"
import { describeSource } from "../resolve/names.ts"
import { isOwn } from "../resolve/port.ts"
import type { GatewayView, NodeView } from "../resolve/view.ts"
import type { Candidate } from "../resolve/winner.ts"

/** One step of a connection, in their order. */
export interface Step {
  readonly step: string
  readonly says: string
  /** `-`: it could not be checked, or an earlier step makes it meaningless. */
  readonly is: "ok" | "WRONG" | "-"
}

type View = GatewayView | NodeView

/** Returns the steps from a node to its gateway. */
export function stepsOfNode(view: NodeView, hello: Hello | undefined, letters: Letters): Step[] {
  const { passage, gateway } = view
  const route = passage?.route
  if (!passage || !route) {
    if (view.url && parseRoute(view.url))
      return [skippedStep("route", "its host did not answer"), credentialStep(view, letters), ...serviceAndLog(view)]
    const says = view.url
      ? "its route is not valid"
      : "its route to the gateway is not known: no process and no service contains it, and it never ran here"
    return [
      { step: "route", says, is: view.url ? "WRONG" : "-" },
      credentialStep(view, letters),
      ...serviceAndLog(view),
    ]
  }
  const { addresses, verdict, took } = passage
  const open = verdict.kind !== "no gateway" && verdict.kind !== "unreachable"
  const own = gateway?.survey.snapshot.addresses ?? []
  const foreign = own.length > 0 && !addresses.some((each) => own.includes(each) || isLoopback(each))
  return [
    {
      step: "name",
      says:
        addresses.length > 0
          ? `${shown(route.address)} → ${addresses.map((each) => shown(each)).join(", ")}${foreign ? `, which is not ${gateway?.name}` : ""}`
          : `${shown(route.address)} is not resolved there`,
      is: addresses.length === 0 || foreign ? "WRONG" : "ok",
    },
    {
      step: "tcp",
      says: open
        ? `${route.port} open, answered in ${Math.round(took)} ms`
        : `${route.port}: ${describeVerdict(verdict)}`,
      is: open ? "ok" : "WRONG",
    },
    ...(gateway ? [listenerStep(gateway)] : [skippedStep("listener", "its host was not checked: --gateway ssh://…")]),
    ...tlsSteps(view),
    ...helloSteps(hello, open),
    credentialStep(view, letters),
    verdictStep(view, letters),
    pairingStep(view),
    ...serviceAndLog(view),
  ]
}

/** Returns the steps of a gateway by itself. */
export function stepsOfGateway(view: GatewayView, hello: Hello | undefined, letters: Letters): Step[] {
  const { verdict, mode } = view
  const isByProxy = mode.kind === "trusted-proxy"
  // Who comes past the proxy is refused.
  const right = verdict.kind === "accepted" || verdict.kind === "answers" || (isByProxy && verdict.kind === "refused")
  return [
    listenerStep(view),
    ...helloSteps(hello, verdict.kind !== "no gateway"),
    isByProxy ? skippedStep("credential", "none: its proxy says who is there") : credentialStep(view, letters),
    { step: "verdict", says: describeVerdict(verdict), is: right ? "ok" : "WRONG" },
    ...serviceAndLog(view),
  ]
}

export function serviceAndLog(view: View): Step[] {
  return [...serviceSteps(view), ...view.log.slice(-3).map((line): Step => ({ step: "log", says: line, is: "-" }))]
}

export function listenerStep({ survey, member }: GatewayView): Step {
  const snapshot = survey.ports.get(member.port)
  const owners = snapshot ? listOwners(snapshot) : []
  if (!snapshot || owners.length === 0)
    return { step: "listener", says: `nothing listens on port ${member.port}`, is: "WRONG" }
  if (owners.every((owner) => isOwn(owner, member)))
    return {
      step: "listener",
      says: `the gateway${member.process?.service ? ` (${shown(member.process.service.name)})` : ""}`,
      is: "ok",
    }
  return {
    step: "listener",
    says: `${owners.map((owner) => describeOwner(owner, snapshot, "a second gateway")).join(", ")} (not the gateway)`,
    is: "WRONG",
  }
}

function tlsSteps({ passage, member }: NodeView): Step[] {
  if (!passage?.route.tls) return []
  const pin = member.settings?.tlsFingerprint?.replaceAll(":", "").toLowerCase()
  const { certificate } = passage
  if (!certificate) return [{ step: "tls", says: "no certificate was sent", is: "WRONG" }]
  const short = `sha256 ${certificate.slice(0, 16)}…`
  if (pin === undefined) return [{ step: "tls", says: `${short}, not pinned`, is: "-" }]
  return [
    {
      step: "tls",
      says: pin === certificate ? `${short}, as pinned` : `${short}, but not the pinned one`,
      is: pin === certificate ? "ok" : "WRONG",
    },
  ]
}

function helloSteps(hello: Hello | undefined, open: boolean): Step[] {
  if (!hello || !open) return ["http", "websocket", "challenge"].map((step) => skippedStep(step, "not reached"))
  const { http, websocket } = hello
  const speaks = !["no gateway", "not a gateway", "tls", "unreachable", "starting"].includes(websocket.kind)
  return [
    { step: "http", says: `/healthz ${describeHealth(http)}`, is: "problem" in http ? "WRONG" : "ok" },
    { step: "websocket", says: speaks ? "upgraded" : describeVerdict(websocket), is: speaks ? "ok" : "WRONG" },
    {
      step: "challenge",
      says: speaks ? "received; a client that sends nothing is rejected" : "none",
      is: speaks ? "ok" : "WRONG",
    },
  ]
}

export function credentialStep({ live, survey, member }: View, letters: Letters): Step {
  const { wins, candidates } = live
  const { home } = survey.snapshot
  if (!wins) {
    const says = member.role === "node" ? "no token; its device has its own, if it is paired" : "no token"
    return { step: "credential", says, is: member.role === "node" ? "-" : "WRONG" }
  }
  const from = describeOrigin(wins, home)
  if (wins.problem) return { step: "credential", says: `${from}: ${shown(wins.problem, 300)}`, is: "WRONG" }
  if (wins.unknown) return { step: "credential", says: `${from}: ${wins.unknown}`, is: "-" }
  const others = candidates
    .slice(1)
    .filter(({ value }) => value && wins.value && !value.equals(wins.value))
    .filter(({ copy }) => copy === undefined || copy.path !== wins.copy?.path)
  const over = others.map(({ copy, source }) => (copy ? showPath(copy.path, home) : source))
  const says = `${wins.value ? letters.describe(wins.value) : "none"}, from ${from}${over.length > 0 ? `, which overrides ${[...new Set(over)].join(", ")}` : ""} (${wins.why})`
  return { step: "credential", says, is: "ok" }
}

function describeOrigin({ copy, live, by, source }: Candidate, home: string): string {
  if (copy) return describeSource(copy, home)
  if (by) return `the environment of ${by}`
  return live ? `${source} of the live process` : source
}

function verdictStep(view: NodeView, letters: Letters): Step {
  const { passage, gateway, live } = view
  const [sent, accepted] = [live.wins?.value, gateway?.live.wins?.value]
  if (sent && accepted && !sent.equals(accepted)) {
    if (hasOwnToken(view)) return skippedStep("verdict", "its device's own token counts, which gatekey does not send")
    return {
      step: "verdict",
      says: `will be rejected: it sends ${letters.letterOf(sent)}, but ${gateway?.name} accepts ${letters.letterOf(accepted)} (not tried)`,
      is: "WRONG",
    }
  }
  if (!passage) return skippedStep("verdict", "not reached")
  const { verdict } = passage
  if (verdict.kind === "answers")
    return skippedStep("verdict", "no token was sent: its gateway's token is not known here")
  return { step: "verdict", says: describeVerdict(verdict), is: verdict.kind === "accepted" ? "ok" : "WRONG" }
}

export function pairingStep(view: NodeView): Step {
  const { survey } = view
  const device = deviceOf(view)
  if (!device) return skippedStep("pairing", "the gateway could not be asked")
  const { pending, paired } = device
  if (pending) return { step: "pairing", says: `pending (request ${pending.request})`, is: "WRONG" }
  if (!paired)
    return {
      step: "pairing",
      says: "the gateway does not know this device",
      is: survey.stores.length > 0 ? "WRONG" : "-",
    }
  if (paired.revoked) return { step: "pairing", says: "revoked", is: "WRONG" }
  if (paired.pendingPermissions?.first)
    return {
      step: "pairing",
      says: `its permissions are pending (request ${paired.pendingPermissions.request})`,
      is: "WRONG",
    }
  return {
    step: "pairing",
    says: paired.connected ? "approved, connected" : "approved, not connected",
    is: paired.connected ? "ok" : "WRONG",
  }
}

function serviceSteps({ services, member }: View): Step[] {
  // The user starts a command.
  if (member.isClient) return []
  if (services.length === 0) {
    const { process, definitions } = member
    if (definitions.some(({ system }) => !system)) return [skippedStep("service", "its manager did not answer")]
    return [
      {
        step: "service",
        says: process ? `no service; runs as pid ${process.pid}` : "no service, and it does not run",
        is: process ? "-" : "WRONG",
      },
    ]
  }
  return services.map(({ definition, snapshot }) => {
    const right = snapshot.loaded.kind === "loaded" && ["running", "starting"].includes(snapshot.process.kind)
    const says = `${shown(definition.name)}: ${describeDefinition(snapshot, { content: false, token: undefined, optional: false }).message}, ${describeProcess(snapshot.process, snapshot.live)}`
    return { step: "service", says, is: right ? "ok" : "WRONG" }
  })
}

export function skippedStep(step: string, says: string): Step {
  return { step, says, is: "-" }
}

import { gatekeyCommand } from "../../core/command-line.ts"
import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { describeVerdict, type Verdict } from "../../gateways/verdict.ts"
import { describeOwner, formatStopCommand } from "../../probes/listeners/describe.ts"
import type { Owner } from "../../probes/listeners/owner.ts"
import { isStarted } from "../collect/members.ts"
import { isPassword } from "../resolve/inquiry.ts"
import type { Letters } from "../resolve/letters.ts"
import { placeName } from "../resolve/names.ts"
import { foreignOwnersOn, gatewaysOf, isOwn } from "../resolve/port.ts"
import { unknownStarts } from "../resolve/unknown-starts.ts"
import type { GatewayView } from "../resolve/view.ts"
import { type Cause, codeOfVerdict, type Ground, hostCommand } from "./cause.ts"
import { configCauses, secretFileCauses } from "./files.ts"
import { bindCauses, modeCauses } from "./mode.ts"
import { gatewayProfileCauses } from "./profile.ts"
import { failedStartCauses, isStarting, startingCause } from "./starting.ts"
import { limitedCauses, noTokenCauses, theGateway, wrongKeyCauses } from "./token.ts"
import { trustCauses } from "./trust.ts"

/** Reports what is wrong with a gateway's process, files and answers. */
export function gatewayCauses(view: GatewayView, ground: Ground): Cause[] {
  const port = portCauses(view)
  const files = [...configCauses(view), ...secretFileCauses(view)]
  const modes = modeCauses(view, ground)
  const isByToken = view.mode.kind === view.credential && modes.every(({ code }) => code === "weak-password")
  return [
    ...port,
    ...files,
    ...(port.some(({ code }) => code === "port-taken") ? [] : wireCauses(view, ground)),
    ...modes,
    ...(isByToken ? [...tokenCauses(view, ground), ...wrongKeyCauses(view)] : []),
    ...gatewayProfileCauses(view, ground),
    ...(view.mode.kind === "trusted-proxy" ? trustCauses(view) : bindCauses(view)),
  ]
}

/** Reports another owner of its port, and second gateways. */
function portCauses({ name, survey, member }: GatewayView): Cause[] {
  const { host } = survey.target
  const snapshot = survey.ports.get(member.port)
  if (!snapshot) return []
  const say = (owner: Owner, code: Cause["code"], sentence: string): Cause => ({
    ...{ code, weight: "broken", who: name, host },
    sentence,
    remedy: hostCommand(host, formatStopCommand(owner, member.port, snapshot)),
  })
  const foreign = foreignOwnersOn(survey, member)
  // A gateway of the same home with its own config is right: a config that nothing starts may have the same port.
  const strangers = foreign.filter((owner) => isStarted(member) || !isMember(owner, survey))
  const seconds = gatewaysOf(survey, member.port).filter(
    (owner) => !isOwn(owner, member) && !foreign.some((other) => sameOwner(other, owner)) && !isMember(owner, survey),
  )
  return [
    ...strangers.map((owner) =>
      say(
        owner,
        "port-taken",
        `port ${member.port} on ${name} belongs to ${describeOwner(owner, snapshot, "a second gateway")}, not to the gateway${member.process ? "" : ", which does not run"}`,
      ),
    ),
    ...seconds.map((owner) =>
      say(
        owner,
        "second-gateway",
        `a second gateway runs on ${name}: ${describeOwner(owner, snapshot, "a second gateway")}`,
      ),
    ),
    ...member.more.map(
      ({ pid, service }): Cause => ({
        ...{ code: "second-gateway", weight: "broken", who: name, host },
        sentence: `a second ${member.product} gateway runs on ${name} from the same home: ${service ? service.name : `pid ${pid}`}`,
      }),
    ),
  ]
}

function isMember(owner: Owner, { members }: GatewayView["survey"]): boolean {
  return members.some((member) => isOwn(owner, member))
}

function sameOwner(one: Owner, other: Owner): boolean {
  if (one.kind === "process") return other.kind === "process" && one.process.pid === other.process.pid
  return one.kind === "container" && other.kind === "container" && one.container.id === other.container.id
}

/** Reports what its own answer shows. */
function wireCauses(view: GatewayView, { letters }: Ground): Cause[] {
  const { name, survey, member, verdict, predicted, inquiry } = view
  const { host } = survey.target
  const say = (code: Cause["code"], sentence: string, remedy?: string): Cause[] => [
    { code, weight: "broken", who: name, host, sentence, ...(remedy ? { remedy } : {}) },
  ]
  switch (verdict.kind) {
    case "accepted": {
      const { wins } = predicted
      const other = inquiry.inUse && wins?.value && !wins.value.equals(inquiry.inUse.value)
      return other ? rejectedOwnTokenCauses(view, letters) : []
    }
    case "answers":
      return inquiry.isLimited ? limitedCauses(view) : []
    case "starting":
      return [startingCause(view)]
    case "refused":
      // A gateway with a password got a token: nothing in its files is wrong.
      return view.credential === "token" && isPassword(verdict) ? [] : rejectedOwnTokenCauses(view, letters)
    case "no gateway":
      if (isStarting(view)) return [startingCause(view)]
      return [
        ...failedStartCauses(view),
        ...say(
          "no-gateway",
          `no gateway answers on ${name}, port ${member.port}: ${shown(verdict.reason)}${describeTlsMismatch(view)}`,
        ),
      ]
    default:
      return say(codeOfVerdict(verdict.kind), `${theGateway(name)} answers: ${describeVerdict(verdict as Verdict)}`)
  }
}

/** Explains that a gateway with TLS does not answer a plain client. */
function describeTlsMismatch({ survey, member, declared }: GatewayView): string {
  const listens = (survey.ports.get(member.port)?.sockets.length ?? 0) > 0
  return declared && listens && member.settings?.tls
    ? "; its config enables TLS (gateway.tls.enabled), so it does not answer a client without TLS"
    : ""
}

/** Reports a gateway that rejects the token in its own files, and what it accepts instead, if that was found. */
function rejectedOwnTokenCauses(
  { name, survey, member, verdict, predicted, next, inquiry, credential }: GatewayView,
  letters: Letters,
): Cause[] {
  const { host } = survey.target
  const { home } = survey.snapshot
  const { wins } = predicted
  const { inUse } = inquiry
  const say = (code: Cause["code"], sentence: string, remedy: string): Cause[] => [
    { code, weight: "broken", who: name, host, sentence, remedy },
  ]
  const { value } = wins ?? {}
  if (!value) return []
  const secret = wins?.copy?.kind === "secret file" ? wins.copy : undefined
  const changed = secret?.file && member.process?.started !== undefined && secret.file.mtime > member.process.started
  if (changed && secret)
    return say(
      "secret-newer",
      `the running ${theGateway(name).slice("the ".length)} still accepts the previous ${credential}: its secret file ${showPath(secret.path, home)} was changed since it started (it rejects ${letters.describe(value)})`,
      "restart it, so that it reads the file",
    )
  const flag = inUse?.source === "flag" ? inUse : !inUse && next.wins?.source === "flag" ? next.wins : undefined
  if (flag?.copy && flag.value && !flag.value.equals(value)) {
    const over = wins?.copy ? `the ${wins.source} (${showPath(wins.copy.path, home)})` : "its config"
    const where = flag.copy.kind === "script" ? "a script" : "its arguments"
    return say(
      "flag-wins",
      `--${credential} in ${where} (${showPath(flag.copy.path, home)}) overrides ${over}: ${theGateway(name)} was started with ${letters.describe(flag.value)}, and rejects ${letters.describe(value)}`,
      `remove --${credential} from what starts it, and restart it`,
    )
  }
  if (inUse)
    return say(
      "other-token",
      `${theGateway(name)} accepts ${letters.describe(inUse.value)} (${inUse.copy ? placeName(inUse.copy, home) : inUse.source}), and rejects ${letters.describe(value)}, which ${wins?.copy ? placeName(wins.copy, home) : "its own files"} gives it`,
      `${gatekeyCommand} scan --write adopts the ${credential} in use; or restart it, so that it reads its files, which changes its ${credential}`,
    )
  const unknown = unknownStarts(member, survey)
  if (unknown.length > 0)
    return [
      {
        ...{ code: "token-not-known", weight: "unknown", who: name, host },
        sentence: `the ${credential} that ${theGateway(name)} accepts is not known: it rejects ${letters.describe(value)}, which ${wins?.copy ? placeName(wins.copy, home) : "its own files"} gives it, and ${unknown.join(", ")}`,
      },
    ]
  return say(
    "gateway-refuses",
    `${theGateway(name)} rejects the ${credential} that its own files give it (${describeVerdict(verdict)}): it was started with another one`,
    "restart it, so that it reads them",
  )
}

/** Reports a token that is unknown, missing, overridden or public. */
function tokenCauses(view: GatewayView, { letters }: Ground): Cause[] {
  const { name, survey, live, next, verdict, credential } = view
  const { host } = survey.target
  const { value, problem, unknown } = live.wins ?? {}
  if (unknown && verdict.kind !== "accepted" && verdict.kind !== "starting")
    return [
      {
        ...{ code: "token-not-known", weight: "unknown", who: name, host },
        sentence: `the ${credential} that ${theGateway(name)} accepts is not known: ${shown(unknown, 300)}`,
      },
    ]
  if (unknown) return []
  if (problem)
    return [
      {
        code: "unresolved",
        weight: "broken",
        who: name,
        host,
        sentence: `${theGateway(name)} has no ${credential}: ${live.wins?.source === "config" ? "its config " : ""}${shown(problem, 300)}`,
      },
    ]
  if (!value) return noTokenCauses(view)
  // A process may hide its arguments: the flag of its definition is in use if it was accepted.
  const isGiven = verdict.kind === "accepted" && /arguments$/.test(live.wins?.copy?.kind ?? "")
  const flag =
    live.wins?.source === "flag" && (live.wins.live || isGiven)
      ? // What the flag overrides is still in its files.
        [...live.candidates, ...next.candidates].find((each) => each.value && !each.value.equals(value))
      : undefined
  if (flag?.value)
    return [
      {
        ...{ code: "flag-wins", weight: "broken", who: name, host },
        sentence: `--${credential} in its arguments overrides the ${flag.source}: ${theGateway(name)} accepts ${letters.describe(value)}, and rejects clients that send ${letters.describe(flag.value)}`,
        remedy: `remove --${credential} from what starts it, and restart it`,
      },
    ]
  return letters.isPublic(value)
    ? [
        {
          code: "default",
          weight: "risk",
          who: name,
          host,
          sentence: `${theGateway(name)} accepts ${letters.meaningOf(value)}, which is publicly known`,
          remedy: `rotate it: ${gatekeyCommand} scan --write, then pulumi up`,
        },
      ]
    : []
}

import { isLoopback } from "../../core/address.ts"
import { shown } from "../../core/escape.ts"
import { type Verdict, verdictWords } from "../../gateways/verdict.ts"
import type { Owner } from "../../listeners/owner.ts"
import { ownerWords, stopCommand } from "../../listeners/words.ts"
import { homely } from "../names.ts"
import { gatewaysOf, isOwn, strangersOn } from "../port.ts"
import type { GatewayView } from "../world.ts"
import { type Cause, command, type Ground } from "./cause.ts"
import { configCauses, secretFileCauses } from "./files.ts"

/** What is wrong with a gateway as a process and at the wire. */
export function gatewayCauses(view: GatewayView, ground: Ground): Cause[] {
  const port = portCauses(view)
  const files = [...configCauses(view), ...secretFileCauses(view)]
  return [
    ...port,
    ...files,
    ...(port.some(({ code }) => code === "port-taken") ? [] : wireCauses(view, ground)),
    ...tokenCauses(view, ground),
    ...bindCauses(view),
  ]
}

/** Somebody else has its port, or a second one runs beside it. */
function portCauses({ name, survey, member }: GatewayView): Cause[] {
  const { host } = survey.target
  const sight = survey.ports.get(member.port)
  if (!sight) return []
  const say = (owner: Owner, code: string, sentence: string): Cause => ({
    ...{ code, weight: "broken", who: name, host },
    sentence,
    remedy: command(host, stopCommand(owner, member.port, sight)),
  })
  const strangers = strangersOn(survey, member)
  const seconds = gatewaysOf(survey, member.port).filter(
    (owner) => !isOwn(owner, member) && !strangers.some((other) => sameOwner(other, owner)) && !isMember(owner, survey),
  )
  return [
    ...strangers.map((owner) =>
      say(
        owner,
        "port-taken",
        `port ${member.port} on ${name} belongs to ${ownerWords(owner, sight, "a second gateway")}, not to the gateway${member.process ? "" : ", which does not run"}`,
      ),
    ),
    ...seconds.map((owner) =>
      say(owner, "second-gateway", `a second gateway runs on ${name}: ${ownerWords(owner, sight, "a second gateway")}`),
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

/** What its own answer says. */
function wireCauses({ name, survey, member, verdict, live, next }: GatewayView, { letters }: Ground): Cause[] {
  const { host } = survey.target
  const say = (code: string, sentence: string, remedy?: string): Cause[] => [
    { code, weight: "broken", who: name, host, sentence, ...(remedy ? { remedy } : {}) },
  ]
  switch (verdict.kind) {
    case "accepted":
    case "answers":
      return []
    case "starting":
      return [{ code: "starting", weight: "note", who: name, host, sentence: `${theGateway(name)} is starting` }]
    case "refused": {
      const { wins } = live
      const { value } = wins ?? {}
      const secret = wins?.copy?.kind === "secret file" ? wins.copy : undefined
      const changed =
        secret?.file && member.process?.started !== undefined && secret.file.mtime > member.process.started
      if (changed && secret && value)
        return say(
          "secret-newer",
          `the running ${theGateway(name).slice("the ".length)} still takes the token of before: its secret file ${homely(secret.path, survey.sight.home)} was changed since it started (${letters.words(value)} is refused)`,
          "restart it, so that it reads the file",
        )
      const flag = next.wins?.source === "flag" ? next.wins : undefined
      if (flag?.copy && flag.value && value && !flag.value.equals(value)) {
        const { home } = survey.sight
        const over = wins?.copy ? `the ${wins.source} (${homely(wins.copy.path, home)})` : "its config"
        return say(
          "flag-wins",
          `--token in its arguments (${homely(flag.copy.path, home)}) wins over ${over}: ${theGateway(name)} was started with ${letters.words(flag.value)}, and refuses ${letters.words(value)}`,
          "remove --token from what starts it, and restart it",
        )
      }
      return say(
        "gateway-refuses",
        `${theGateway(name)} refuses the token that its own files give it (${verdictWords(verdict)}): it was started with another one`,
        "restart it, so that it reads them",
      )
    }
    case "no gateway":
      return say("no-gateway", `no gateway answers on ${name}, port ${member.port}: ${shown(verdict.reason)}`)
    default:
      return say(verdict.kind.replaceAll(" ", "-"), `${theGateway(name)} answers: ${verdictWords(verdict as Verdict)}`)
  }
}

/** What it takes, and what it does not see. */
function tokenCauses({ name, survey, member, live }: GatewayView, { letters }: Ground): Cause[] {
  const { host } = survey.target
  const { value, problem, unknown } = live.wins ?? {}
  if (unknown) return []
  if (problem)
    return [
      {
        code: "unresolved",
        weight: "broken",
        who: name,
        host,
        sentence: `${theGateway(name)} has no token: its config ${shown(problem, 300)}`,
      },
    ]
  if (!value) {
    return [
      {
        ...{ code: "no-token", weight: "risk", who: name, host },
        sentence: `${theGateway(name)} has no token anywhere${member.product === "openclaw" ? ": it makes one up at each start, which nobody knows" : ""}`,
      },
    ]
  }
  const flag =
    live.wins?.source === "flag" ? live.candidates.find((each) => each.value && !each.value.equals(value)) : undefined
  if (flag?.value)
    return [
      {
        ...{ code: "flag-wins", weight: "broken", who: name, host },
        sentence: `--token in its arguments wins over the ${flag.source}: ${theGateway(name)} takes ${letters.words(value)}, and refuses all who hold ${letters.words(flag.value)}`,
        remedy: "remove --token from what starts it, and restart it",
      },
    ]
  const meaning = letters.meaning(value)
  return meaning?.startsWith("the public default")
    ? [
        {
          code: "default",
          weight: "risk",
          who: name,
          host,
          sentence: `${theGateway(name)} takes ${meaning}, which everybody knows`,
          remedy: "rotate it: npx gatekey scan --write, then pulumi up",
        },
      ]
    : []
}

/** Beyond the loopback, in the clear. */
function bindCauses({ name, survey, member }: GatewayView): Cause[] {
  const { host } = survey.target
  const sockets = survey.ports.get(member.port)?.sockets ?? []
  const open = sockets.filter(({ address }) => !isLoopback(address))
  if (open.length === 0 || member.settings?.tls || !member.process) return []
  return [
    {
      ...{ code: "open-bind", weight: "note", who: name, host },
      sentence: `${theGateway(name)} listens beyond the loopback (${open.map(({ address }) => shown(address)).join(", ")}) without TLS: the token can be read on the way`,
    },
  ]
}

/** A gateway that is named by its host, or by what it is there. */
function theGateway(name: string): string {
  return name.startsWith("the ") ? name : `the gateway on ${name}`
}

import { shellWord, shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { describeDefinition, describeProcess } from "../../probes/services/describe.ts"
import { products } from "../../products/index.ts"
import type { GatewayView, NodeView } from "../resolve/view.ts"
import { type Cause, type Ground, hostCommand } from "./cause.ts"

/** Reports what is wrong with a service: not loaded, edited since, failed too often, another user's. */
export function serviceCauses(view: GatewayView | NodeView, { letters }: Ground): Cause[] {
  const { name, survey, member, services } = view
  const { host } = survey.target
  const causes = services.flatMap(({ definition, snapshot }): Cause[] => {
    const { manager } = definition
    const word = shellWord(definition.name)
    const say = (code: Cause["code"], weight: Cause["weight"], sentence: string, remedy?: string): Cause => ({
      ...{ code, weight, who: name, host, sentence },
      ...(remedy ? { remedy: hostCommand(host, remedy) } : {}),
    })
    const found: Cause[] = []
    if (snapshot.loaded.kind === "stale")
      found.push(
        say(
          "not-reloaded",
          "risk",
          `${shown(definition.name)} on ${name} was edited on disk and not reloaded: ${manager} still has its previous definition`,
          manager === "systemd"
            ? `systemctl --user daemon-reload && systemctl --user restart ${word}`
            : `launchctl bootout gui/${survey.snapshot.uid}/${word}; launchctl bootstrap gui/${survey.snapshot.uid} ${shellWord(definition.path)}`,
        ),
      )
    if (["masked", "broken", "elsewhere"].includes(snapshot.loaded.kind))
      found.push(
        say(
          "not-loaded",
          "broken",
          `${shown(definition.name)} on ${name}: ${describeDefinition(snapshot, { content: false, token: undefined, optional: false }).message}`,
        ),
      )
    if (snapshot.process.kind === "failed")
      found.push(
        say(
          "start-limit",
          "broken",
          `${shown(definition.name)} on ${name} ${describeProcess(snapshot.process, undefined)}: its manager no longer starts it`,
          `systemctl --user reset-failed ${word} && systemctl --user start ${word}`,
        ),
      )
    else if (
      snapshot.process.kind === "stopped" &&
      snapshot.enabled &&
      ["loaded", "stale"].includes(snapshot.loaded.kind)
    )
      found.push(
        say(
          "not-running",
          "broken",
          `${shown(definition.name)} on ${name} is ${describeProcess(snapshot.process, undefined)}`,
        ),
      )
    return found
  })
  const { keepAlive } = products[member.product].roles[member.role]
  const ends = services.filter(({ snapshot }) => snapshot.keepsAlive === false)
  if (keepAlive && ends.length > 0)
    causes.push({
      ...{ code: "no-keep-alive", weight: "risk", who: name, host },
      sentence: `${ends.map(({ definition }) => shown(definition.name)).join(", ")} on ${name} is not started again when it ends without an error: ${keepAlive}`,
      remedy: "set KeepAlive (launchd) or Restart=always (systemd)",
    })
  return [...causes, ...foreignCauses(view), ...sessionCauses(view, letters)]
}

/** Reports a machine's service that reads the files of the user that it runs as. */
function foreignCauses({ name, survey, member }: GatewayView | NodeView): Cause[] {
  const { host } = survey.target
  const { home, user: own } = survey.snapshot
  const others = member.definitions.filter(({ system, user = "root" }) => system && user !== own)
  return others.map(({ name: service, path, user = "root" }) => ({
    ...{ code: "roots-service", weight: "risk", who: name, host },
    sentence: `${shown(service)} (${showPath(path, home)}) is the machine's own service: it runs as ${shown(user)}, and reads that user's files, not those of ${shown(own)}`,
  }))
}

/** Reports a variable that a user's manager sets for everything that it starts. */
function sessionCauses({ name, survey, member }: GatewayView | NodeView, letters: Ground["letters"]): Cause[] {
  const { variable } = products[member.product]
  return survey.snapshot.session
    .filter((given) => given.variable === variable)
    .map(({ by, value }) => ({
      ...{ code: "session-environment", weight: "risk", who: name, host: survey.target.host },
      sentence: `${by} gives ${variable} (${letters.describe(value)}) to everything that it starts on ${name}`,
      remedy: hostCommand(
        survey.target.host,
        by === "launchd" ? `launchctl unsetenv ${variable}` : `systemctl --user unset-environment ${variable}`,
      ),
    }))
}

import { showPath } from "../../core/home.ts"
import { formatMinute } from "../../core/time.ts"
import { isHere } from "../collect/members.ts"
import type { Process } from "../files/home-snapshot.ts"
import type { GatewayView } from "../resolve/view.ts"
import type { Cause } from "./cause.ts"
import { theGateway } from "./token.ts"

/** Seconds in which a busy machine starts a gateway. */
const startTime = 90

/** Whether nothing is to be said yet of a gateway that does not answer. */
export function isStarting(view: GatewayView): boolean {
  return isNew(view) || unnamedIn(view) !== undefined
}

/** Its process began a moment ago and listens nowhere yet. */
function isNew({ survey, member }: GatewayView): boolean {
  const { started, listens = [] } = member.process ?? {}
  return started !== undefined && listens.length === 0 && survey.snapshot.now - started < startTime
}

/** A process of its home that does not tell what it is, and began a moment ago. */
function unnamedIn({ survey, member }: GatewayView): Process | undefined {
  const { snapshot } = survey
  if (member.process) return undefined
  return snapshot.unnamed?.find(
    (process) =>
      process.product === member.product &&
      isHere(process, snapshot) &&
      process.started !== undefined &&
      snapshot.now - process.started < startTime,
  )
}

export function starting(view: GatewayView): Cause {
  const { name, survey, member, verdict } = view
  const gateway = theGateway(name)
  const unnamed = verdict.kind === "starting" ? undefined : unnamedIn(view)
  return {
    ...{ code: "starting", weight: "unknown", who: name, host: survey.target.host },
    sentence: unnamed
      ? `whether ${gateway} is starting is not known yet: a process of ${member.product} (pid ${unnamed.pid}) has just begun, and does not tell what it is`
      : `${gateway} is starting: what it accepts is not known yet`,
    remedy: "wait until it answers, then scan again",
  }
}

/** What the product wrote down of its last start: of a config that was changed since, it may be over. */
export function failedStart(view: GatewayView): Cause[] {
  const { name, survey, member, startFailure } = view
  if (!startFailure) return refusedStart(view)
  const { message, at } = startFailure
  const config = survey.snapshot.files.find(({ path }) => path === member.located.config)
  const why = `(${formatMinute(at * 1000)}): ${message.replace(/[.\s]+$/, "")}`
  const base = { code: "start-failed", who: name, host: survey.target.host }
  if (config === undefined || config.mtime <= at)
    return [{ ...base, weight: "broken", sentence: `${theGateway(name)} does not run: its last start failed ${why}` }]
  const sentence = `a start of ${theGateway(name)} failed ${why}; ${showPath(config.path, survey.snapshot.home)} was changed since`
  return [{ ...base, weight: "note", sentence }]
}

/** What openclaw says last when it refuses to start, and keeps no record (2026.9: `run` of its gateway). */
const refusals = [
  /Refusing to bind gateway to \S+ without auth/,
  /Gateway auth is set to \w+, but no \w+ is configured/,
  /Gateway start blocked: [^.]*/,
]
const up = /\[gateway\] (?:ready|listening)/

function refusedStart({ name, survey, log }: GatewayView): Cause[] {
  const said = log.flatMap((line, at) => {
    const words = refusals.flatMap((pattern) => pattern.exec(line)?.[0] ?? [])
    return words.map((text) => ({ at, text }))
  })
  const last = said.at(-1)
  if (!last || log.findLastIndex((line) => up.test(line)) > last.at) return []
  const sentence = `${theGateway(name)} does not run: its last start, says its log, ended with "${last.text}"`
  return [{ ...{ code: "start-failed", weight: "broken", who: name, host: survey.target.host }, sentence }]
}

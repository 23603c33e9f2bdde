import { showPath } from "../../core/home.ts"
import { formatMinute } from "../../core/time.ts"
import { isHere } from "../collect/members.ts"
import type { Process } from "../files/home-snapshot.ts"
import type { GatewayView } from "../resolve/view.ts"
import type { Cause } from "./cause.ts"
import { theGateway } from "./token.ts"

/** Seconds that a busy machine needs to start a gateway. */
const startTime = 90

/** Checks whether a silent gateway may still be starting. */
export function isStarting(view: GatewayView): boolean {
  return isNew(view) || unnamedIn(view) !== undefined
}

/** Checks whether its process started a moment ago and does not listen yet. */
function isNew({ survey, member }: GatewayView): boolean {
  const { started, listens = [] } = member.process ?? {}
  return started !== undefined && listens.length === 0 && survey.snapshot.now - started < startTime
}

/** Finds a process of its home that started a moment ago and may be the gateway. */
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

export function startingCause(view: GatewayView): Cause {
  const { name, survey, member, verdict } = view
  const gateway = theGateway(name)
  const unnamed = verdict.kind === "starting" ? undefined : unnamedIn(view)
  return {
    ...{ code: "starting", weight: "unknown", who: name, host: survey.target.host },
    sentence: unnamed
      ? `whether ${gateway} is starting is not known yet: a process of ${member.product} (pid ${unnamed.pid}) has just started, and may be it`
      : `${gateway} is starting: what it accepts is not known yet`,
    remedy: "wait until it answers, then scan again",
  }
}

/** Reports the product's record of its last start; a note if the config was changed since. */
export function failedStartCauses(view: GatewayView): Cause[] {
  const { name, survey, member, startFailure } = view
  if (!startFailure) return refusedStartCauses(view)
  const { message, at } = startFailure
  const config = survey.snapshot.files.find(({ path }) => path === member.located.config)
  const why = `(${formatMinute(at * 1000)}): ${message.replace(/[.\s]+$/, "")}`
  const base = { code: "start-failed" as const, who: name, host: survey.target.host }
  if (config === undefined || config.mtime <= at)
    return [{ ...base, weight: "broken", sentence: `${theGateway(name)} does not run: its last start failed ${why}` }]
  const sentence = `a start of ${theGateway(name)} failed ${why}; ${showPath(config.path, survey.snapshot.home)} was changed since`
  return [{ ...base, weight: "note", sentence }]
}

/** The last lines of openclaw's log if it refuses to start and keeps no record (2026.9: `run` of its gateway). */
const refusals = [
  /Refusing to bind gateway to \S+ without auth/,
  /Gateway auth is set to \w+, but no \w+ is configured/,
  /Gateway start blocked: [^.]*/,
]
const up = /\[gateway\] (?:ready|listening)/

function refusedStartCauses({ name, survey, log }: GatewayView): Cause[] {
  const found = log.flatMap((line, at) => {
    const texts = refusals.flatMap((pattern) => pattern.exec(line)?.[0] ?? [])
    return texts.map((text) => ({ at, text }))
  })
  const last = found.at(-1)
  if (!last || log.findLastIndex((line) => up.test(line)) > last.at) return []
  const sentence = `${theGateway(name)} does not run: according to its log, its last start ended with "${last.text}"`
  return [{ ...{ code: "start-failed", weight: "broken", who: name, host: survey.target.host }, sentence }]
}

import { isLoopback } from "../../core/address.ts"
import { gatekeyCommand } from "../../core/command-line.ts"
import { shown } from "../../core/escape.ts"
import { describeWeakness } from "../../core/strength.ts"
import { formatVariable } from "../../products/readers.ts"
import { isSearchable } from "../collect/values/values.ts"
import { isPassword } from "../resolve/inquiry.ts"
import { placeName } from "../resolve/names.ts"
import type { GatewayView } from "../resolve/view.ts"
import { type Cause, type Ground, hostCommand } from "./cause.ts"
import { theGateway } from "./token.ts"

/** Reports a gateway that does not authenticate by its token, or does not start. */
export function modeCauses(view: GatewayView, ground: Ground): Cause[] {
  const { name, survey, mode, inquiry, verdict, member } = view
  const say = (code: Cause["code"], weight: Cause["weight"], sentence: string, remedy?: string): Cause[] => [
    { ...{ code, weight, who: name, host: survey.target.host, sentence }, ...(remedy ? { remedy } : {}) },
  ]
  const gateway = theGateway(name)
  // Only an accepted client that sent nothing proves that every client is accepted.
  if (inquiry.anonymous?.kind === "accepted") {
    const beyond = openAddresses(view)
    const where = beyond.length > 0 ? `, and it listens beyond the loopback (${beyond.join(", ")})` : ""
    const why = mode.kind === "none" ? ` (${mode.why})` : ""
    return say(
      "open",
      beyond.length > 0 ? "broken" : "risk",
      `${gateway} accepts a client that sends no token, and so every client${why}${where}`,
      openRemedy(view),
    )
  }
  if (mode.refuses !== undefined) {
    const reason = shown(mode.refuses, 300)
    return member.process
      ? say("refuses-start", "risk", `${gateway} does not start again with its configuration: ${reason}`, mode.remedy)
      : say("refuses-start", "broken", `${gateway} does not start: ${reason}`, mode.remedy)
  }
  if (mode.kind === "none") {
    const isKept = inquiry.anonymous?.kind === "answers"
    const proof = isKept ? "; it rejected a client that has neither a token nor a device" : ""
    return say(
      "unauthenticated",
      "risk",
      `${gateway} is configured without authentication (${mode.why}), so it checks no token${proof}`,
      remedy,
    )
  }
  if (mode.kind === "token") return isPassword(verdict) ? passwordFlagCauses(view, ground) : []
  if (view.credential === "password") return weakPasswordCauses(view)
  if (mode.kind === "password" && member.settings?.auth === undefined) return switchedModeCauses(view, ground)
  return say("other-mode", "note", `${gateway} has the authentication mode ${mode.kind} (${mode.why}), not a token`)
}

const remedy = "set gateway.auth.mode to token and gateway.auth.token to a strong value, and restart it"

/** Returns the fix for a gateway that accepts every client: what its files say may be right, and what starts it wrong. */
function openRemedy({ mode, member, survey }: GatewayView): string {
  const { process, product } = member
  const byFlag = mode.kind === "none" && mode.why === "--auth"
  if (mode.kind === "none" && !byFlag) return remedy
  const command = process ? `: ${hostCommand(survey.target.host, `ps -o ppid= -o args= -p ${process.pid}`)}` : ""
  const flag = product === "openclaw" ? "--auth none" : "an --auth that clawdbot does not have"
  return byFlag
    ? "remove --auth from what starts it, and restart it"
    : `its files set the mode ${mode.kind}, so it was started with ${flag}, or before they were changed: remove the flag from what starts it${command}; then restart it`
}

/** Reports a running gateway that checks a password, although its files give it a token. */
function passwordFlagCauses({ name, survey, live, member }: GatewayView, { letters }: Ground): Cause[] {
  const { value, copy } = live.wins ?? {}
  const from = copy ? placeName(copy, survey.snapshot.home) : "its own files"
  const rejects = value ? `: it rejects ${letters.describe(value)}, which ${from} gives it` : ""
  const variable = formatVariable(member.product, "password")
  return [
    {
      ...{ code: "token-not-known", weight: "unknown", who: name, host: survey.target.host },
      sentence: `the password that ${theGateway(name)} accepts is not known${rejects}`,
      remedy: `it was started with --auth password, --password, --password-file or ${variable}: give its clients that password, or remove it from what starts the gateway, and restart it`,
    },
  ]
}

/** Reports a weak password: it may be guessed, and may be too common to search for in files. */
function weakPasswordCauses({ name, survey, live }: GatewayView): Cause[] {
  const { value, copy } = live.wins ?? {}
  const weak = value && describeWeakness(value.reveal())
  if (!weak) return []
  const more = isSearchable(value)
    ? ""
    : "; it is too short, or has too few different characters, to search the home for copies of it"
  return [
    {
      ...{ code: "weak-password", weight: "risk", who: name, host: survey.target.host, copies: copy ? [copy] : [] },
      sentence: `the password of ${theGateway(name)} ${weak}${more}`,
      remedy: `replace it: ${gatekeyCommand} scan --write adopts it, and the first pulumi up rotates it to a strong one`,
    },
  ]
}

/** Reports a password that switches the mode: without `gateway.auth.mode` it overrides a token. */
function switchedModeCauses(view: GatewayView, { letters }: Ground): Cause[] {
  const { name, survey, mode, verdict, predicted, member } = view
  const { wins } = predicted
  const base = { who: name, host: survey.target.host }
  const gateway = theGateway(name)
  if (!wins?.value) {
    const sentence = `${gateway} has the authentication mode password (${mode.why}), not a token`
    return [{ ...base, code: "other-mode", weight: "note", sentence }]
  }
  const token = `${letters.describe(wins.value)} (${wins.copy ? placeName(wins.copy, survey.snapshot.home) : wins.source})`
  const cause = `${mode.why} switches ${gateway} to password mode, because gateway.auth.mode is not set`
  const proved = isPassword(verdict)
  const effect = proved
    ? `it rejects ${token}`
    : verdict.kind === "accepted"
      ? `it accepts ${token} until its next start, and rejects it then`
      : `${member.process ? "" : "once it runs, "}it rejects ${token}`
  return [
    {
      ...{ ...base, code: "password-mode", weight: proved ? "broken" : "risk", copies: wins.copy ? [wins.copy] : [] },
      sentence: `${cause}: ${effect}`,
      remedy: "set gateway.auth.mode to token, or remove the password; then restart it",
    },
  ]
}

export function openAddresses({ survey, member }: GatewayView): string[] {
  const sockets = survey.ports.get(member.port)?.sockets ?? []
  return sockets.filter(({ address }) => !isLoopback(address)).map(({ address }) => shown(address))
}

/** Reports a gateway that listens beyond the loopback without TLS, where a secret is sent. */
export function bindCauses(view: GatewayView): Cause[] {
  const { name, survey, member, credential } = view
  const open = openAddresses(view)
  if (open.length === 0 || member.settings?.tls || !member.process) return []
  return [
    {
      ...{ code: "open-bind", weight: "note", who: name, host: survey.target.host },
      sentence: `${theGateway(name)} listens beyond the loopback (${open.join(", ")}) without TLS: the ${credential} can be read on the network`,
    },
  ]
}

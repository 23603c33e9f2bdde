import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { declared } from "../../declare.ts"
import { isSameValue, stringsIn } from "../../inputs.ts"
import { notChecked } from "../../missed.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { evaluateProxy } from "./evaluate.ts"
import {
  completed,
  identity,
  isKnown,
  type ProxyCheckInputs,
  proxyCheckDeclaration,
  proxyCheckId,
  right,
} from "./inputs.ts"
import type { Judgement } from "./judge.ts"

const deciding = ["host", "address", "proxy", "mode", "issuer", "userHeader", "clients", "authority"] as const

/** A proxy of the user's own, tried from outside. It changes nothing. */
export const proxyCheck: Resource = {
  async check({ news }) {
    return completed(news)
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const changed = deciding.filter((key) => !isSameValue(olds[key], news[key]))
    const drifted = stringsIn(olds.codes).length > 0 ? ["verdict"] : []
    return { changes: [...replaces, ...changed, ...drifted], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const inputs: ProxyCheckInputs = news
    const id = proxyCheckId(inputs)
    // Of a fleet that is not there yet, its authority is not known either.
    const authority = preview ? undefined : await run.authorities.authorityNow(inputs.authority)
    if (!authority) return { id, outputs: news }
    await run.activity.afterOthers()
    const judgement = await evaluateProxy(inputs, authority).catch(run.activity.failLast)
    // The proxy is set up with what this `up` has made.
    report(outputsOf(judgement), log)
    reportNotKnown(judgement.notKnown, log)
    return { id, outputs: { ...news, ...outputsOf(judgement) } }
  },

  async read({ run, id, inputs, state, log }) {
    if (inputs.clients === undefined) throw new UserError(`${id}: a proxy's check is not imported; it is declared`)
    const known = declared(proxyCheckDeclaration, inputs)
    const authority = await run.authorities.authoritySoon(known.authority)
    if (!authority) return { id, inputs, outputs: state }
    try {
      const judgement = await evaluateProxy(known, authority)
      const found = outputsOf(judgement)
      if (!isDeepStrictEqual(stringsIn(state.notKnown), judgement.notKnown)) reportNotKnown(judgement.notKnown, log)
      if (judgement.findings.length > 0) run.troubles.noteTrouble(known.gatewayHost)
      return { id, inputs: { ...inputs, verdict: found.verdict }, outputs: { ...state, ...inputs, ...found } }
    } catch (error) {
      log("warning", notChecked(error))
      return { id, inputs, outputs: state }
    }
  },

  async update({ run, olds, news, preview, log }) {
    if (!isKnown(news)) return news
    if (preview) {
      report(olds, log)
      return news
    }
    return checkAgain(run, news, log)
  },

  async delete() {},
}

/** @throws UserError if the proxy still lacks something: after all other steps, as nothing of gatekey's repairs it */
async function checkAgain(run: Run, inputs: ProxyCheckInputs, log: Log): Promise<Properties> {
  const authority = await run.authorities.authorityNow(inputs.authority)
  await run.activity.afterOthers()
  const judgement = await evaluateProxy(inputs, authority).catch(run.activity.failLast)
  const outputs = outputsOf(judgement)
  if (judgement.findings.length === 0) return { ...inputs, ...outputs }
  report(outputs, log)
  const which = judgement.findings.map(({ code }) => code).join(", ")
  throw new UserError(
    `${shown(inputs.gateway)}'s proxy lacks something that only its own configuration repairs: ${which}`,
  )
}

function outputsOf({ findings, notKnown }: Judgement): Properties {
  return {
    verdict: findings.length === 0 ? right : findings.map(({ message }) => message).join("; "),
    codes: findings.map(({ code }) => code),
    findings: findings.map(({ message }) => message),
    fixes: findings.map(({ fix }) => fix),
    notKnown,
  }
}

/** Warns of each thing that it lacks. */
function report({ codes, findings, fixes }: Properties, log: Log): void {
  const [messages, remedies] = [stringsIn(findings), stringsIn(fixes)]
  for (const [at, code] of stringsIn(codes).entries())
    log("warning", { message: `${code}: ${messages[at]}`, fix: remedies[at] ?? "" })
}

function reportNotKnown(notKnown: readonly string[], log: Log): void {
  for (const what of notKnown) log("info", `not known: ${what}`)
}

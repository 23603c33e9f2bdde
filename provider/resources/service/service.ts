import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import type { Notice } from "../../../core/notice.ts"
import type { Ring } from "../../../core/ring.ts"
import { Secret } from "../../../core/secret.ts"
import { hostOf } from "../../../hosts/index.ts"
import { managers } from "../../../probes/services/index.ts"
import type { ServiceSnapshot } from "../../../probes/services/manager.ts"
import { declared } from "../../declare.ts"
import { secretJson } from "../../inputs.ts"
import { isObject } from "../../kinds.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { bring, evaluateService, type Memory, obstacleOf, perform } from "./act.ts"
import { serviceDeclaration } from "./declaration.ts"
import { announce, describeKeepAlive, describePlannedChange, watched } from "./describe.ts"
import { isRight, isSkipped, layers, type Ran, type ServiceDescription, type ServiceEvaluation } from "./evaluate.ts"
import { completed, identity, isBound, isKnown, rehearsed, type ServiceInputs, serviceId } from "./inputs.ts"

export const service: Resource = {
  async check({ run, urn, news }) {
    const { inputs, failures = [] } = completed(news)
    if (failures.length > 0 || !isKnown(inputs)) return { inputs, failures }
    const reason = run.claims.claim(await claimOf(inputs), urn, `service ${serviceId(inputs)}`)
    if (reason === undefined) return { inputs }
    return { inputs, failures: [{ property: "name", reason }] }
  },

  diff({ run, urn, olds, news, log }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    warnOnce(run, urn, olds.advice, log)
    if (news.act === "watch") {
      warnOnce(run, urn, watched(run, shownIn(olds), wantedIn(news)), log)
      return { changes: replaces, replaces }
    }
    const drifted = layers.filter((key) => news[key] === unknown || !isRight(run, key, shownIn(olds), wantedIn(news)))
    const asked = ["program", "revisions", "must", "reads"].filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    return { changes: [...new Set([...replaces, ...drifted, ...asked])], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const inputs: ServiceInputs = news
    const now = await evaluateService(run, preview ? rehearsed(inputs) : inputs, memoryOf(run, {}, inputs))
    if (preview) {
      announce(run, now, inputs, log, true)
      if (isBound(news)) await refuse(run, now, inputs, true)
      return { id: serviceId(inputs), outputs: planned(inputs, now) }
    }
    const after = await brought(run, now, inputs, {}, true, log)
    return { id: serviceId(inputs), outputs: outputsOf(run, after, inputs) }
  },

  async read({ run, id, inputs, state, log }) {
    if (inputs.manager === undefined)
      throw new UserError(`${id}: a service is not imported; declare it, and what is there stays`)
    const known = wantedIn(inputs)
    const now = await evaluateService(run, known, remembered(state))
    if (known.program && run.command.destroying()) log("warning", "destroy stops it and removes its definition")
    const wanted = wantedIn(completed(inputs).inputs)
    if (!layers.every((key) => isRight(run, key, now.shown, wanted))) run.troubles.noteTrouble(known.host, known.path)
    const seen = layers.map((key) => [key, isRight(run, key, now.shown, known) ? known[key] : now.shown[key]])
    return {
      id,
      inputs: { ...inputs, ...Object.fromEntries(seen) },
      outputs: outputsOf(run, now, known, remembered(state)),
    }
  },

  async update({ run, olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs: ServiceInputs = news
    const memory = memoryOf(run, remembered(olds), inputs)
    const fresh = oldInputs.program === undefined
    const now = await evaluateService(run, inputs, memory)
    if (!preview) return outputsOf(run, await brought(run, now, inputs, memory, fresh, log), inputs, memory)
    const asked = wantedIn(completed(oldInputs).inputs)
    const drifted = !layers.every((key) => isRight(run, key, shownIn(olds), asked))
    if (drifted) announce(run, now, inputs, log)
    else {
      // What drifted and cannot be mended is said, and fails the `up` last; what was asked for is refused.
      log("info", describePlannedChange(now, inputs, asked))
      await refuse(run, now, inputs, fresh)
    }
    return planned(inputs, now)
  },

  async delete({ run, olds }) {
    const inputs = wantedIn(olds)
    if (!inputs.program || inputs.act === "watch" || run.claims.isClaimed(await claimOf(inputs))) return
    const { snapshot } = await evaluateService(run, inputs, remembered(olds))
    if (["absent", "unknown", "elsewhere", "masked"].includes(snapshot.loaded.kind)) return
    const { before, after } = managers[inputs.manager].removal
    await perform(inputs, before)
    await hostOf(inputs.host).edit(inputs.path, (look) => (look.kind === "file" ? { remove: true } : undefined))
    await perform(inputs, after)
  },
}

/** Does what is to be done; a failure is told when nothing else moves any more. */
async function brought(
  run: Run,
  now: ServiceEvaluation,
  inputs: ServiceInputs,
  memory: Memory,
  fresh: boolean,
  log: Log,
): Promise<ServiceEvaluation> {
  try {
    return await bring(run, now, inputs, memory, fresh, log)
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** In a preview: what cannot be done is refused before anything is. */
async function refuse(run: Run, now: ServiceEvaluation, inputs: ServiceInputs, fresh: boolean): Promise<void> {
  const obstacle = inputs.act === "watch" ? undefined : obstacleOf(run, now, inputs, fresh)
  if (obstacle) await run.activity.failLast(new UserError(`${serviceId(inputs)}: ${obstacle}`))
}

/** The engine asks for the difference more than once a run; the person is told once. */
function warnOnce(run: Run, urn: string, notice: unknown, log: Log): void {
  const { message = "" } = typeof notice === "string" ? { message: notice } : ((notice ?? {}) as Partial<Notice>)
  if (message !== "" && run.reports.isFirst(`${urn} ${message}`)) log("warning", notice as string | Notice)
}

function shownIn({ definition, process, runsWith, codes }: Properties): ServiceDescription {
  const words = { definition: String(definition), process: String(process), runsWith: String(runsWith) }
  return isCodes(codes) ? { ...words, codes } : words
}

function isCodes(value: unknown): value is NonNullable<ServiceDescription["codes"]> {
  return isObject(value)
}

function wantedIn(news: Properties): ServiceInputs {
  return { ...declared(serviceDeclaration, news), path: news.path as string }
}

/** The same for each name of its machine: a service that only moves between these is not stopped. */
async function claimOf({ host, manager, name, path }: ServiceInputs): Promise<string> {
  return ["service", await hostOf(host).resolveCanonical(path), manager, name].join("|")
}

function remembered({ ring, ran }: Properties): Memory {
  const known = secretJson<Ring>(ring)
  return { ...(known ? { ring: known } : {}), ...(ran && ran !== unknown ? { ran: ran as Ran } : {}) }
}

/** With the Token's own word in this run, else what the state remembers. */
function memoryOf(run: Run, memory: Memory, { token }: ServiceInputs): Memory {
  const ring = run.tokens.ringOfToken(token) ?? memory.ring
  return { ...memory, ...(ring ? { ring } : {}) }
}

function outputsOf(
  run: Run,
  { shown, ran, snapshot }: ServiceEvaluation,
  inputs: ServiceInputs,
  memory: Memory = {},
): Properties {
  const { ring } = memoryOf(run, memory, inputs)
  const unseen = isSkipped(run, shown, inputs) && snapshot.loaded.kind === "unknown" ? shown.definition : undefined
  const advice = [snapshot.advice, describeKeepAlive(snapshot, inputs), unseen].filter(Boolean).join(". ")
  const more = { ran, ring: ring && new Secret(JSON.stringify(ring)), advice: advice || undefined, ...keeps(snapshot) }
  return { ...inputs, ...shown, ...more }
}

/** What the preview knows of the state after the `up`: a definition that is owned keeps it running. */
function planned(inputs: ServiceInputs, { snapshot }: ServiceEvaluation): Properties {
  const alive = inputs.program && inputs.act === "manage" ? { keepsAlive: true } : keeps(snapshot)
  return { ...inputs, ran: unknown, ring: unknown, ...alive }
}

function keeps({ keepsAlive }: ServiceSnapshot): Properties {
  return keepsAlive === undefined ? {} : { keepsAlive }
}

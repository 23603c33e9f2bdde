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
import { notMade } from "../../missed.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { evaluateService, type Memory, obstacleOf, performActs, repairService } from "./act.ts"
import { serviceDeclaration } from "./declaration.ts"
import { announce, describeKeepAlive, describePlannedChange, describeWatched } from "./describe.ts"
import { isRight, isSkipped, layers, type Ran, type ServiceDescription, type ServiceEvaluation } from "./evaluate.ts"
import { completed, identity, isBound, isKnown, type ServiceInputs, serviceId, withStackToken } from "./inputs.ts"

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
      warnOnce(run, urn, describeWatched(run, descriptionIn(olds), wantedIn(news)), log)
      return { changes: replaces, replaces }
    }
    const drifted = layers.filter(
      (key) => news[key] === unknown || !isRight(run, key, descriptionIn(olds), wantedIn(news)),
    )
    const asked = ["program", "revisions", "must", "reads"].filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    return { changes: [...new Set([...replaces, ...drifted, ...asked])], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const inputs: ServiceInputs = news
    const now = await evaluateService(run, preview ? withStackToken(inputs) : inputs, memoryOf(run, {}, inputs))
    const missed = await notNeeded(inputs)
    if (missed) {
      log("warning", missed)
      return { id: serviceId(inputs), outputs: outputsOf(run, now, inputs) }
    }
    if (preview) {
      announce(run, now, inputs, log, true)
      if (isBound(news)) await refuseObstacle(run, now, inputs, true)
      return { id: serviceId(inputs), outputs: previewOutputs(inputs, now) }
    }
    const after = await repairLast(run, now, inputs, {}, true, log)
    return { id: serviceId(inputs), outputs: outputsOf(run, after, inputs) }
  },

  async read({ run, id, inputs, state, log }) {
    if (inputs.manager === undefined)
      throw new UserError(`${id}: a service is not imported; declare it, and what is there stays`)
    const known = wantedIn(inputs)
    const now = await evaluateService(run, known, memoryIn(state))
    if (known.program && run.command.destroying()) log("warning", "destroy stops it and removes its definition")
    const wanted = wantedIn(completed(inputs).inputs)
    if (!layers.every((key) => isRight(run, key, now.description, wanted)))
      run.troubles.noteTrouble(known.host, known.path)
    const seen = layers.map((key) => [
      key,
      isRight(run, key, now.description, known) ? known[key] : now.description[key],
    ])
    return {
      id,
      inputs: { ...inputs, ...Object.fromEntries(seen) },
      outputs: outputsOf(run, now, known, memoryIn(state)),
    }
  },

  async update({ run, olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs: ServiceInputs = news
    const memory = memoryOf(run, memoryIn(olds), inputs)
    const fresh = oldInputs.program === undefined
    const now = await evaluateService(run, inputs, memory)
    const missed = await notNeeded(inputs)
    if (missed) {
      log("warning", missed)
      return outputsOf(run, now, inputs, memory)
    }
    if (!preview) return outputsOf(run, await repairLast(run, now, inputs, memory, fresh, log), inputs, memory)
    const asked = wantedIn(completed(oldInputs).inputs)
    const drifted = !layers.every((key) => isRight(run, key, descriptionIn(olds), asked))
    if (drifted) announce(run, now, inputs, log)
    else {
      // A drift that cannot be fixed is reported, and fails the `up` last; a requested change is refused.
      log("info", describePlannedChange(now, inputs, asked))
      await refuseObstacle(run, now, inputs, fresh)
    }
    return previewOutputs(inputs, now)
  },

  async delete({ run, olds }) {
    const inputs = wantedIn(olds)
    if (!inputs.program || inputs.act === "watch" || run.claims.isClaimed(await claimOf(inputs))) return
    const { snapshot } = await evaluateService(run, inputs, memoryIn(olds))
    if (["absent", "unknown", "elsewhere", "masked"].includes(snapshot.loaded.kind)) return
    const { before, after } = managers[inputs.manager].removal
    await performActs(inputs, before)
    await hostOf(inputs.host).edit(inputs.path, (look) => (look.kind === "file" ? { remove: true } : undefined))
    await performActs(inputs, after)
  },
}

/** Describes that a service without a token is left as it is on a host that is off: no rotation waits for it. */
async function notNeeded({ host, program, must, reads }: ServiceInputs) {
  return program && must !== "token" && reads === undefined ? notMade(host) : undefined
}

/** Repairs the service; a failure is reported after all other steps. */
async function repairLast(
  run: Run,
  now: ServiceEvaluation,
  inputs: ServiceInputs,
  memory: Memory,
  fresh: boolean,
  log: Log,
): Promise<ServiceEvaluation> {
  try {
    return await repairService(run, now, inputs, memory, fresh, log)
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** Refuses in a preview what cannot be done. */
async function refuseObstacle(run: Run, now: ServiceEvaluation, inputs: ServiceInputs, fresh: boolean): Promise<void> {
  const obstacle = inputs.act === "watch" ? undefined : obstacleOf(run, now, inputs, fresh)
  if (obstacle) await run.activity.failLast(new UserError(`${serviceId(inputs)}: ${obstacle}`))
}

/** Warns once a run, because the engine asks for the difference more than once. */
function warnOnce(run: Run, urn: string, notice: unknown, log: Log): void {
  const { message = "" } = typeof notice === "string" ? { message: notice } : ((notice ?? {}) as Partial<Notice>)
  if (message !== "" && run.reports.isFirst(`${urn} ${message}`)) log("warning", notice as string | Notice)
}

function descriptionIn({ definition, process, runsWith, codes }: Properties): ServiceDescription {
  const description = { definition: String(definition), process: String(process), runsWith: String(runsWith) }
  return isCodes(codes) ? { ...description, codes } : description
}

function isCodes(value: unknown): value is NonNullable<ServiceDescription["codes"]> {
  return isObject(value)
}

function wantedIn(news: Properties): ServiceInputs {
  return { ...declared(serviceDeclaration, news), path: news.path as string }
}

/** Returns the claim's key; it is equal for each name of a machine, so that a renamed host does not stop the service. */
async function claimOf({ host, manager, name, path }: ServiceInputs): Promise<string> {
  return ["service", await hostOf(host).resolveCanonical(path), manager, name].join("|")
}

function memoryIn({ ring, ran }: Properties): Memory {
  const known = secretJson<Ring>(ring)
  return { ...(known ? { ring: known } : {}), ...(ran && ran !== unknown ? { ran: ran as Ran } : {}) }
}

/** Returns the Token's ring in this run, else what the state remembers. */
function memoryOf(run: Run, memory: Memory, { token }: ServiceInputs): Memory {
  const ring = run.tokens.ringOfToken(token) ?? memory.ring
  return { ...memory, ...(ring ? { ring } : {}) }
}

function outputsOf(
  run: Run,
  { description, ran, snapshot }: ServiceEvaluation,
  inputs: ServiceInputs,
  memory: Memory = {},
): Properties {
  const { ring } = memoryOf(run, memory, inputs)
  const unseen =
    isSkipped(run, description, inputs) && snapshot.loaded.kind === "unknown" ? description.definition : undefined
  const advice = [snapshot.advice, describeKeepAlive(snapshot, inputs), unseen].filter(Boolean).join(". ")
  const more = {
    ran,
    ring: ring && new Secret(JSON.stringify(ring)),
    advice: advice || undefined,
    ...keepsAliveOf(snapshot),
  }
  return { ...inputs, ...description, ...more }
}

/** Returns the outputs that a preview knows: an owned definition keeps the service running. */
function previewOutputs(inputs: ServiceInputs, { snapshot }: ServiceEvaluation): Properties {
  const alive = inputs.program && inputs.act === "manage" ? { keepsAlive: true } : keepsAliveOf(snapshot)
  return { ...inputs, ran: unknown, ring: unknown, ...alive }
}

function keepsAliveOf({ keepsAlive }: ServiceSnapshot): Properties {
  return keepsAlive === undefined ? {} : { keepsAlive }
}

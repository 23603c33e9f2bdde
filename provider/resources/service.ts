import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../core/errors.ts"
import type { Notice } from "../../core/notice.ts"
import type { Ring } from "../../core/ring.ts"
import { Secret } from "../../core/secret.ts"
import { hostOf } from "../../hosts/index.ts"
import { managers } from "../../services/index.ts"
import type { Sight } from "../../services/manager.ts"
import { claim, isClaimed } from "../claims.ts"
import { declared } from "../declare.ts"
import { destroying } from "../engine.ts"
import { failLast } from "../fail-last.ts"
import { secretJson } from "../inputs.ts"
import { isObject } from "../kinds.ts"
import type { Log, Resource } from "../resource.ts"
import { ringOfToken } from "../tokens.ts"
import { noteTrouble } from "../troubles.ts"
import { type Properties, unknown } from "../wire.ts"
import { bring, judgedNow, type Memory, obstacleOf, perform } from "./service-act.ts"
import { serviceDeclaration } from "./service-declaration.ts"
import { completed, identity, isBound, isKnown, rehearsed, type ServiceInputs, serviceId } from "./service-inputs.ts"
import { isLeft, isRight, type Judged, layers, type Ran, type Shown } from "./service-judge.ts"
import { announce, askedFor, keepAliveWords, watched } from "./service-words.ts"

export const service: Resource = {
  async check({ urn, news }) {
    const { inputs, failures = [] } = completed(news)
    if (failures.length > 0 || !isKnown(inputs)) return { inputs, failures }
    const owner = claim(await claimOf(inputs), urn)
      ?.split("::")
      .at(-1)
    if (!owner) return { inputs }
    const reason = `the service ${serviceId(inputs)} is declared twice, by "${owner}" as well; remove one of the two`
    return { inputs, failures: [{ property: "name", reason }] }
  },

  diff({ urn, olds, news, log }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    warnOnce(urn, olds.advice, log)
    if (news.act === "watch") {
      warnOnce(urn, watched(shownIn(olds), wantedIn(news)), log)
      return { changes: replaces, replaces }
    }
    const drifted = layers.filter((key) => news[key] === unknown || !isRight(key, shownIn(olds), wantedIn(news)))
    const asked = ["program", "revisions", "must", "reads"].filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    return { changes: [...new Set([...replaces, ...drifted, ...asked])], replaces }
  },

  async create({ news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const inputs: ServiceInputs = news
    const now = await judgedNow(preview ? rehearsed(inputs) : inputs, memoryOf({}, inputs))
    if (preview) {
      announce(now, inputs, log, true)
      if (isBound(news)) await refuse(now, inputs, true)
      return { id: serviceId(inputs), outputs: planned(inputs, now) }
    }
    const after = await brought(now, inputs, {}, true, log)
    return { id: serviceId(inputs), outputs: outputsOf(after, inputs) }
  },

  async read({ id, inputs, state, log }) {
    if (inputs.manager === undefined)
      throw new UserError(`${id}: a service is not imported; declare it, and what is there stays`)
    const known = wantedIn(inputs)
    const now = await judgedNow(known, remembered(state))
    if (known.program && destroying()) log("warning", "destroy stops it and removes its definition")
    const wanted = wantedIn(completed(inputs).inputs)
    if (!layers.every((key) => isRight(key, now.shown, wanted))) noteTrouble(known.host, known.path)
    const seen = layers.map((key) => [key, isRight(key, now.shown, known) ? known[key] : now.shown[key]])
    return { id, inputs: { ...inputs, ...Object.fromEntries(seen) }, outputs: outputsOf(now, known, remembered(state)) }
  },

  async update({ olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs: ServiceInputs = news
    const memory = memoryOf(remembered(olds), inputs)
    const fresh = oldInputs.program === undefined
    const now = await judgedNow(inputs, memory)
    if (!preview) return outputsOf(await brought(now, inputs, memory, fresh, log), inputs, memory)
    const asked = wantedIn(completed(oldInputs).inputs)
    const drifted = !layers.every((key) => isRight(key, shownIn(olds), asked))
    if (drifted) announce(now, inputs, log)
    else {
      // What drifted and cannot be mended is said, and fails the `up` last; what was asked for is refused.
      log("info", askedFor(now, inputs, asked))
      await refuse(now, inputs, fresh)
    }
    return planned(inputs, now)
  },

  async delete({ olds }) {
    const inputs = wantedIn(olds)
    if (!inputs.program || inputs.act === "watch" || isClaimed(await claimOf(inputs))) return
    const { sight } = await judgedNow(inputs, remembered(olds))
    if (["absent", "unknown", "elsewhere", "masked"].includes(sight.loaded.kind)) return
    const { before, after } = managers[inputs.manager].removal
    await perform(inputs, before)
    await hostOf(inputs.host).edit(inputs.path, (look) => (look.kind === "file" ? { remove: true } : undefined))
    await perform(inputs, after)
  },
}

/** Does what is to be done; a failure is told when nothing else moves any more. */
async function brought(now: Judged, inputs: ServiceInputs, memory: Memory, fresh: boolean, log: Log): Promise<Judged> {
  try {
    return await bring(now, inputs, memory, fresh, log)
  } catch (error) {
    return failLast(error)
  }
}

/** In a preview: what cannot be done is refused before anything is. */
async function refuse(now: Judged, inputs: ServiceInputs, fresh: boolean): Promise<void> {
  const obstacle = inputs.act === "watch" ? undefined : obstacleOf(now, inputs, fresh)
  if (obstacle) await failLast(new UserError(`${serviceId(inputs)}: ${obstacle}`))
}

const warned = new Set<string>()

/** The engine asks for the difference more than once a run; the person is told once. */
function warnOnce(urn: string, notice: unknown, log: Log): void {
  const { message = "" } = typeof notice === "string" ? { message: notice } : ((notice ?? {}) as Partial<Notice>)
  if (message === "" || warned.has(urn + message)) return
  warned.add(urn + message)
  log("warning", notice as string | Notice)
}

function shownIn({ definition, process, runsWith, codes }: Properties): Shown {
  const words = { definition: String(definition), process: String(process), runsWith: String(runsWith) }
  return isCodes(codes) ? { ...words, codes } : words
}

function isCodes(value: unknown): value is NonNullable<Shown["codes"]> {
  return isObject(value)
}

function wantedIn(news: Properties): ServiceInputs {
  return { ...declared(serviceDeclaration, news), path: news.path as string }
}

/** The same for each name of its machine: a service that only moves between these is not stopped. */
async function claimOf({ host, manager, name, path }: ServiceInputs): Promise<string> {
  return ["service", await hostOf(host).canonical(path), manager, name].join("|")
}

function remembered({ ring, ran }: Properties): Memory {
  const known = secretJson<Ring>(ring)
  return { ...(known ? { ring: known } : {}), ...(ran && ran !== unknown ? { ran: ran as Ran } : {}) }
}

/** With the Token's own word in this run, else what the state remembers. */
function memoryOf(memory: Memory, { token }: ServiceInputs): Memory {
  const ring = ringOfToken(token) ?? memory.ring
  return { ...memory, ...(ring ? { ring } : {}) }
}

function outputsOf({ shown, ran, sight }: Judged, inputs: ServiceInputs, memory: Memory = {}): Properties {
  const { ring } = memoryOf(memory, inputs)
  const unseen = isLeft(shown, inputs) && sight.loaded.kind === "unknown" ? shown.definition : undefined
  const advice = [sight.advice, keepAliveWords(sight, inputs), unseen].filter(Boolean).join(". ")
  const more = { ran, ring: ring && new Secret(JSON.stringify(ring)), advice: advice || undefined, ...keeps(sight) }
  return { ...inputs, ...shown, ...more }
}

/** What the preview knows of the state after the `up`: a definition that is owned keeps it running. */
function planned(inputs: ServiceInputs, { sight }: Judged): Properties {
  const alive = inputs.program && inputs.act === "manage" ? { keepsAlive: true } : keeps(sight)
  return { ...inputs, ran: unknown, ring: unknown, ...alive }
}

function keeps({ keepsAlive }: Sight): Properties {
  return keepsAlive === undefined ? {} : { keepsAlive }
}

import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../core/errors.ts"
import type { Ring } from "../../core/ring.ts"
import { Secret } from "../../core/secret.ts"
import { hostOf } from "../../hosts/index.ts"
import { managers } from "../../services/index.ts"
import { planOf, planWords } from "../../services/plan.ts"
import { claim, isClaimed } from "../claims.ts"
import { destroying } from "../engine.ts"
import { failLast } from "../fail-last.ts"
import { secretJson } from "../inputs.ts"
import type { Log, Resource } from "../resource.ts"
import { ringOfToken } from "../tokens.ts"
import { type Properties, unknown } from "../wire.ts"
import { bring, judgedNow, type Memory, obstacleOf, perform } from "./service-act.ts"
import { completed, identity, isBound, isKnown, type ServiceInputs, serviceId } from "./service-inputs.ts"
import { isLeft, isRight, type Judged, type Ran, type Shown } from "./service-judge.ts"

const layers = ["definition", "process", "runsWith"] as const

export const service: Resource = {
  async check({ urn, news }) {
    const { inputs, failures = [] } = completed(news)
    if (failures.length > 0 || !isKnown(inputs)) return { inputs, failures }
    const known = inputs as unknown as ServiceInputs
    const owner = claim(claimOf(known), urn)?.split("::").at(-1)
    if (!owner) return { inputs }
    const reason = `the service ${serviceId(known)} is declared twice, by "${owner}" as well; remove one of the two`
    return { inputs, failures: [{ property: "name", reason }] }
  },

  diff({ urn, olds, news, log }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    if (news.act === "watch") {
      for (const words of told(olds, news)) warnOnce(urn, words, log)
      return { changes: replaces, replaces }
    }
    if (typeof olds.advice === "string") warnOnce(urn, olds.advice, log)
    const drifted = layers.filter((key) => news[key] === unknown || !isRight(key, shownIn(olds), wantedIn(news)))
    const asked = ["program", "revisions", "must", "reads"].filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    return { changes: [...new Set([...replaces, ...drifted, ...asked])], replaces }
  },

  async create({ news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    const inputs = news as unknown as ServiceInputs
    const now = await judgedNow(inputs, memoryOf({}, inputs))
    if (preview) {
      announce(now, inputs, log, true)
      if (isBound(news)) await refuse(now, inputs, true)
      return { id: serviceId(inputs), outputs: planned(inputs) }
    }
    const after = await brought(now, inputs, {}, true, log)
    return { id: serviceId(inputs), outputs: outputsOf(after, inputs) }
  },

  async read({ id, inputs, state, log }) {
    if (inputs.manager === undefined)
      throw new UserError(`${id}: a service is not imported; declare it, and what is there stays`)
    const known = inputs as unknown as ServiceInputs
    const now = await judgedNow(known, remembered(state))
    if (known.program && destroying()) log("warning", "destroy stops it and removes its definition")
    const seen = layers.map((key) => [key, isRight(key, now.shown, known) ? known[key] : now.shown[key]])
    return { id, inputs: { ...inputs, ...Object.fromEntries(seen) }, outputs: outputsOf(now, known, remembered(state)) }
  },

  async update({ olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return news
    const inputs = news as unknown as ServiceInputs
    const memory = memoryOf(remembered(olds), inputs)
    const fresh = oldInputs.program === undefined
    const now = await judgedNow(inputs, memory)
    if (!preview) return outputsOf(await brought(now, inputs, memory, fresh, log), inputs, memory)
    announce(now, inputs, log, false)
    // What drifted and cannot be mended is said, and fails the `up` last; what was asked for is refused.
    const asked = wantedIn(completed(oldInputs).inputs)
    if (layers.every((key) => isRight(key, shownIn(olds), asked))) await refuse(now, inputs, fresh)
    return planned(inputs)
  },

  async delete({ olds }) {
    const inputs = olds as unknown as ServiceInputs
    if (!inputs.program || inputs.act === "watch" || isClaimed(claimOf(inputs))) return
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

/** Each layer that is not as it must be, and what `up` will do about it. */
function announce(now: Judged, inputs: ServiceInputs, log: Log, fresh: boolean): void {
  if (inputs.act === "watch") return
  const wrong = isBound(inputs as unknown as Properties) ? wrongWords(now.shown, inputs) : ""
  const obstacle = obstacleOf(now, inputs, fresh)
  const plan = planOf(managers[inputs.manager], now.sight, now.faults)
  if (wrong !== "" && obstacle) log("warning", `${wrong}. \`pulumi up\` cannot mend it: ${obstacle}`)
  else if (wrong !== "" && plan.kind === "acts") {
    const verb = planWords(plan, managers[inputs.manager])
    log("warning", `${wrong}${inputs.why ? ` (${inputs.why})` : ""}. \`pulumi up\` ${verb}`)
  } else if (!fresh)
    log("info", "its places change: looked at again in the `up`, and reloaded or restarted only if it must be")
}

function wrongWords(shown: Shown, wanted: ServiceInputs): string {
  const words = { definition: "definition: ", process: "", runsWith: "runs with " }
  return layers
    .filter((key) => !isRight(key, shown, wanted))
    .map((key) => `${words[key]}${shown[key]}${key === "runsWith" ? `; must run with ${wanted.runsWith}` : ""}`)
    .join("; ")
}

function told(olds: Properties, news: Properties): string[] {
  const wrong = news.runsWith === unknown ? "" : wrongWords(shownIn(olds), wantedIn(news))
  const advice = typeof olds.advice === "string" ? [olds.advice] : []
  return wrong === "" ? advice : [`${wrong}. It is only watched: \`pulumi up\` leaves it`, ...advice]
}

const warned = new Set<string>()

/** The engine asks for the difference more than once a run; the person is told once. */
function warnOnce(urn: string, words: string, log: Log): void {
  if (warned.has(urn + words)) return
  warned.add(urn + words)
  log("warning", words)
}

function shownIn({ definition, process, runsWith }: Properties): Shown {
  return { definition: String(definition), process: String(process), runsWith: String(runsWith) }
}

function wantedIn(news: Properties): ServiceInputs {
  return news as unknown as ServiceInputs
}

function claimOf({ host, manager, name, path }: ServiceInputs): string {
  return ["service", host, manager, name, path].join("|")
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
  const more = { ran, ring: ring && new Secret(JSON.stringify(ring)), advice: sight.advice ?? unseen }
  return { ...(inputs as unknown as Properties), ...shown, ...more }
}

/** What the preview knows of the state after the `up`. */
function planned(inputs: ServiceInputs): Properties {
  return { ...(inputs as unknown as Properties), ran: unknown, ring: unknown }
}

import { tokensIn } from "../../containers/held.ts"
import { lookingAt, removing } from "../../containers/look.ts"
import { read } from "../../containers/read.ts"
import type { Container } from "../../containers/sight.ts"
import { Unreachable, UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { valueWords } from "../../core/holds.ts"
import { type Ring, recognise } from "../../core/ring.ts"
import { Secret } from "../../core/secret.ts"
import { hostOf } from "../../hosts/index.ts"
import { evictionProblem } from "../../listeners/evict.ts"
import { onHost } from "../../listeners/words.ts"
import { answerIn } from "../../services/script.ts"
import { failLast } from "../fail-last.ts"
import { secretJson } from "../inputs.ts"
import type { Log, Resource } from "../resource.ts"
import { ringFor, ringOfToken } from "../tokens.ts"
import { type Properties, unknown } from "../wire.ts"
import {
  completed,
  factsOf,
  type IncarnationInputs,
  identity,
  incarnationId,
  isKnown,
  wordsOf,
} from "./incarnation-inputs.ts"

/**
 * What a declared container really is. It stands before the container, which carries its number as a label: a drift
 * raises the number, and so makes the container's owner make it anew, once.
 */
export const incarnation: Resource = {
  async check({ news }) {
    return completed(news)
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    return { changes: [...replaces, ...(olds.is !== news.is ? ["is"] : [])], replaces }
  },

  async create({ news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: { ...news, incarnation: unknown } }
    const inputs = news as unknown as IncarnationInputs
    try {
      const found = await containerOf(inputs)
      if (found) await replaced(found, inputs, preview, log)
    } catch (error) {
      await failLast(error)
    }
    return { id: incarnationId(inputs), outputs: outputsOf(inputs, 1, undefined, preview) }
  },

  async read({ id, inputs, state }) {
    if (inputs.name === undefined) throw new UserError(`${id}: a container is not imported; declare it`)
    const known = inputs as unknown as IncarnationInputs
    const is = await seen(known, ring(state)).catch((error) => {
      // A host that does not answer is another resource's finding, and no reason to make anything anew.
      if (error instanceof Unreachable) return String(state.is)
      throw error
    })
    return { id, inputs: { ...inputs, is }, outputs: { ...state, ...inputs, is } }
  },

  async update({ olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return { ...news, incarnation: olds.incarnation }
    const inputs = news as unknown as IncarnationInputs
    const number = Number(olds.incarnation)
    const drifted = olds.is !== wordsOf(oldInputs)
    if (!drifted) return outputsOf(inputs, number, ring(olds), preview)
    const why = `container ${shown(inputs.name)}: ${String(olds.is)}; must be: ${String(inputs.is)}`
    if (preview) log("warning", `${why}. \`pulumi up\` makes it anew, once`)
    else {
      try {
        const found = await containerOf(inputs)
        if (found) await remove(found, inputs)
        log("info", `${why}: is made anew`)
      } catch (error) {
        await failLast(error)
      }
    }
    return outputsOf(inputs, number + 1, ring(olds), preview)
  },

  async delete() {},
}

/** @throws UserError where the first `up` would destroy what gatekey did not make */
async function replaced(found: Container, inputs: IncarnationInputs, preview: boolean, log: Log): Promise<void> {
  const { host, name, overwrite } = inputs
  if (!overwrite) {
    const command = onHost(host, `docker rm -f ${name}`)
    throw new UserError(
      `${incarnationId(inputs)} is there already (image ${shown(found.image)}), and was not made by gatekey. Remove it: ${command}; or set overwrite: true`,
    )
  }
  if (preview) log("warning", `container ${shown(name)} (image ${shown(found.image)}) is replaced by \`pulumi up\``)
  else await remove(found, inputs)
}

/** @throws UserError when it stays */
async function remove(found: Container, inputs: IncarnationInputs): Promise<void> {
  const { script, args, timeout } = removing(found.id)
  const { code, stderr } = await hostOf(inputs.host).run(script, { args, ...(timeout ? { timeout } : {}) })
  const problem = code === 4 ? undefined : evictionProblem(code, stderr)
  if (problem) throw new UserError(`${incarnationId(inputs)} could not be removed: ${shown(problem)}`)
}

async function seen(inputs: IncarnationInputs, remembered: Ring | undefined): Promise<string> {
  const found = await containerOf(inputs)
  if (!found) return "absent"
  const { variable, image, restart, ports } = inputs
  const values = found.environment.map((entry) => entry.slice(entry.indexOf("=") + 1))
  const ring = await ringFor(inputs.token, remembered, values[0] ?? "")
  const known = (value: string) => ring !== undefined && recognise(ring, value) !== undefined
  const held = tokensIn(found, known, variable).map(({ value, where }) => {
    const words = valueWords(value, ring).message
    return where === `${variable} in its environment` ? words : `${words} (${shown(where)})`
  })
  return factsOf({
    holds:
      held.length > 0 ? held.join(" and ") : inputs.must === "token" ? `nothing: ${variable} is missing` : "nothing",
    ...(image === undefined ? {} : { image: shown(found.image) }),
    ...(restart === undefined ? {} : { restart: found.restart }),
    ...(ports === undefined ? {} : { ports: found.published }),
  })
}

/** @throws UserError when nothing can be told */
async function containerOf(inputs: IncarnationInputs): Promise<Container | undefined> {
  const { script, args, timeout } = lookingAt(inputs.name)
  const { stdout } = await hostOf(inputs.host).run(script, { args, ...(timeout ? { timeout } : {}) })
  const answer = answerIn(stdout)
  if (!answer) throw new UserError(`${incarnationId(inputs)}: the look took too long`)
  const { client, problem, containers } = read(answer)
  if (client === undefined) throw new UserError(`${incarnationId(inputs)}: there is no docker, and no podman`)
  if (problem) throw new UserError(`${incarnationId(inputs)}: ${client} does not answer: ${shown(problem)}`)
  return containers[0]
}

function outputsOf(
  inputs: IncarnationInputs,
  number: number,
  remembered: Ring | undefined,
  preview: boolean,
): Properties {
  const properties = { ...(inputs as unknown as Properties), incarnation: number }
  if (preview) return { ...properties, ring: unknown }
  const known = ringOfToken(inputs.token) ?? remembered
  return { ...properties, ring: known && new Secret(JSON.stringify(known)) }
}

function ring(state: Properties): Ring | undefined {
  return secretJson<Ring>(state.ring)
}

import { Unreachable, UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import type { Ring } from "../../../core/ring.ts"
import { Secret } from "../../../core/secret.ts"
import type { Container } from "../../../probes/containers/snapshot.ts"
import { formatOnHost } from "../../../probes/listeners/describe.ts"
import { declared } from "../../declare.ts"
import { secretJson } from "../../inputs.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { containerOf, describeContainerNow, makeRoom, removeContainer } from "./act.ts"
import {
  completed,
  type IncarnationInputs,
  identity,
  incarnationDeclaration,
  incarnationId,
  isKnown,
  wantedFacts,
} from "./inputs.ts"

/**
 * The real state of a declared container. The container depends on it and has its number as a label: a drift raises the
 * number, and so makes the container's owner recreate the container once.
 */
export const incarnation: Resource = {
  async check({ news }) {
    return completed(news)
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    return { changes: [...replaces, ...(olds.is !== news.is ? ["is"] : [])], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: { ...news, incarnation: unknown } }
    try {
      const found = await containerOf(news)
      if (found) await replaceContainer(found, news, preview, log)
      if (!preview) await makeRoom(news, log)
    } catch (error) {
      await run.activity.failLast(error)
    }
    return { id: incarnationId(news), outputs: outputsOf(run, news, 1, undefined, preview) }
  },

  async read({ run, id, inputs, state, log }) {
    if (inputs.name === undefined) throw new UserError(`${id}: a container is not imported; declare it`)
    const known = declared(incarnationDeclaration, inputs)
    const is = await describeContainerNow(run, known, ring(state)).catch((error) => {
      if (!(error instanceof UserError)) throw error
      // A failed check never recreates a container; a host that does not answer is another resource's finding.
      if (!(error instanceof Unreachable)) log("warning", error.message)
      return String(state.is)
    })
    return { id, inputs: { ...inputs, is }, outputs: { ...state, ...inputs, is } }
  },

  async update({ run, olds, oldInputs, news, preview, log }) {
    if (!isKnown(news)) return { ...news, incarnation: olds.incarnation }
    const inputs: IncarnationInputs = news
    const number = Number(olds.incarnation)
    const drifted = olds.is !== wantedFacts(oldInputs)
    if (!drifted) {
      // Its environment changes, so its owner recreates it without another number.
      if (preview && olds.is !== inputs.is)
        log("info", {
          message: `${String(olds.is)} => ${String(inputs.is)}`,
          plan: "`pulumi up` recreates it once",
          restart: "once",
        })
      return outputsOf(run, inputs, number, ring(olds), preview)
    }
    const drift = `container ${shown(inputs.name)}: ${String(olds.is)}; expected ${String(inputs.is)}`
    if (preview) log("warning", { message: drift, fix: "`pulumi up` recreates it once", restart: "once" })
    else {
      try {
        const found = await containerOf(inputs)
        if (found) await removeContainer(found, inputs)
        await makeRoom(inputs, log)
        log("info", `${drift}; it is recreated`)
      } catch (error) {
        await run.activity.failLast(error)
      }
    }
    return outputsOf(run, inputs, number + 1, ring(olds), preview)
  },

  async delete() {},
}

/** Removes a container before the first `up`. @throws UserError if gatekey did not make it and may not replace it */
async function replaceContainer(
  found: Container,
  inputs: IncarnationInputs,
  preview: boolean,
  log: Log,
): Promise<void> {
  const { host, name, overwrite } = inputs
  if (!overwrite) {
    const command = formatOnHost(host, `docker rm -f ${name}`)
    throw new UserError(
      `${incarnationId(inputs)} exists already (image ${found.image}), and was not made by gatekey. Remove it: ${command}; or set overwrite: true`,
    )
  }
  const message = `container ${shown(name)} (image ${found.image}) was not made by gatekey`
  if (preview) log("warning", { message, plan: "`pulumi up` replaces it", restart: "once" })
  else await removeContainer(found, inputs)
}

function outputsOf(
  run: Run,
  inputs: IncarnationInputs,
  number: number,
  remembered: Ring | undefined,
  preview: boolean,
): Properties {
  const properties = { ...inputs, incarnation: number }
  if (preview) return { ...properties, ring: unknown }
  const known = run.tokens.ringOfToken(inputs.token) ?? remembered
  return { ...properties, ring: known && new Secret(JSON.stringify(known)) }
}

function ring(state: Properties): Ring | undefined {
  return secretJson<Ring>(state.ring)
}

import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import type { Ring } from "../../../core/ring.ts"
import { Secret } from "../../../core/secret.ts"
import { declared } from "../../declare.ts"
import { secretJson } from "../../inputs.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { type ContainersEvaluation, evaluateContainers } from "./evaluate.ts"
import {
  type ContainersInputs,
  completed,
  containersDeclaration,
  containersId,
  deciding,
  identity,
  isKnown,
} from "./inputs.ts"
import { stopContainer } from "./stop.ts"

export const containers: Resource = {
  async check({ news }) {
    return completed(news)
  },

  diff({ olds, news }) {
    const replaces = identity.filter((key) => olds[key] !== news[key])
    const asked = deciding.filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    const drifted = olds.found !== news.found && olds.found !== olds.told ? ["found"] : []
    return { changes: [...replaces, ...asked, ...drifted], replaces }
  },

  async create({ run, news, preview, log }) {
    if (!isKnown(news)) return { id: "", outputs: news }
    return { id: containersId(news.host), outputs: await settled(run, news, undefined, preview, log) }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.host === undefined) throw new UserError(`${id}: a host's containers are not imported; declare them`)
    const known = declared(containersDeclaration, inputs)
    const wanted = String(completed(inputs).inputs.found)
    const { found } = await evaluateContainers(run, { ...known, found: wanted }, ring(state))
    // Once it was right, what was told before is news again.
    const { told, ...rest } = state
    if (found !== wanted && found !== told) run.troubles.noteTrouble(known.host)
    const outputs = { ...rest, ...inputs, found, ...(found === wanted ? {} : { told }) }
    return { id, inputs: { ...inputs, found }, outputs }
  },

  async update({ run, olds, news, preview, log }) {
    if (!isKnown(news)) return news
    return settled(run, news, ring(olds), preview, log)
  },

  async delete() {},
}

/** Tells what is found; in an `up` stops whom it may. What stays was told, and fails nothing. */
async function settled(
  run: Run,
  inputs: ContainersInputs,
  remembered: Ring | undefined,
  preview: boolean,
  log: Log,
): Promise<Properties> {
  try {
    const before = await evaluateContainers(run, inputs, remembered)
    const mine = before.strays.filter(({ evicted, listens }) => evicted && !listens)
    if (preview) {
      tell(before, inputs, log)
      return { ...inputs, ring: unknown }
    }
    for (const { container, what } of mine) {
      await stopContainer(inputs.host, container)
      log("info", `${what}: stopped, and it does not start again by itself`)
    }
    const after = mine.length > 0 ? await evaluateContainers(run, inputs, remembered) : before
    // The Listener stops these at the end.
    const left = after.strays.filter(({ evicted, listens }) => !(evicted && listens))
    tell({ ...after, strays: left }, inputs, log)
    const known = run.tokens.ringOfToken(inputs.token) ?? remembered
    const told = left.length > 0 || after.unseen !== undefined ? { told: after.found } : {}
    return { ...inputs, ...told, ring: known && new Secret(JSON.stringify(known)) }
  } catch (error) {
    return run.activity.failLast(error)
  }
}

function tell({ strays, unseen }: ContainersEvaluation, { host }: ContainersInputs, log: Log): void {
  if (unseen !== undefined) log("warning", `the containers of ${host} cannot be seen: ${unseen}`)
  for (const { what, evicted, remedy } of strays) {
    const notice = { message: `${what}, and is not declared`, fix: `remove it: ${remedy}` }
    log("warning", evicted ? { message: what, fix: "`pulumi up` stops it" } : notice)
  }
}

function ring(state: Properties): Ring | undefined {
  return secretJson<Ring>(state.ring)
}

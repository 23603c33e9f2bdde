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
    return { id: containersId(news.host), outputs: await settleContainers(run, news, undefined, preview, log) }
  },

  async read({ run, id, inputs, state }) {
    if (inputs.host === undefined) throw new UserError(`${id}: a host's containers are not imported; declare them`)
    const known = declared(containersDeclaration, inputs)
    const wanted = String(completed(inputs).inputs.found)
    const { found } = await evaluateContainers(run, { ...known, found: wanted }, ring(state))
    // After it was right once, the same finding is reported again.
    const { told, ...rest } = state
    if (found !== wanted && found !== told) run.troubles.noteTrouble(known.host)
    const outputs = { ...rest, ...inputs, found, ...(found === wanted ? {} : { told }) }
    return { id, inputs: { ...inputs, found }, outputs }
  },

  async update({ run, olds, news, preview, log }) {
    if (!isKnown(news)) return news
    return settleContainers(run, news, ring(olds), preview, log)
  },

  async delete() {},
}

/** Reports the undeclared containers; an `up` stops those that `evict` names. The others are reported and fail nothing. */
async function settleContainers(
  run: Run,
  inputs: ContainersInputs,
  remembered: Ring | undefined,
  preview: boolean,
  log: Log,
): Promise<Properties> {
  try {
    const before = await evaluateContainers(run, inputs, remembered)
    const evictions = before.undeclared.filter(({ evicted, listens }) => evicted && !listens)
    if (preview) {
      reportContainers(before, inputs, log)
      return { ...inputs, ring: unknown }
    }
    for (const { container, description } of evictions) {
      await stopContainer(inputs.host, container)
      log("info", `${description}: stopped, and it does not start again by itself`)
    }
    const after = evictions.length > 0 ? await evaluateContainers(run, inputs, remembered) : before
    // The Listener stops these at the end.
    const left = after.undeclared.filter(({ evicted, listens }) => !(evicted && listens))
    reportContainers({ ...after, undeclared: left }, inputs, log)
    const known = run.tokens.ringOfToken(inputs.token) ?? remembered
    const reported = left.length > 0 || after.problem !== undefined ? { told: after.found } : {}
    return { ...inputs, ...reported, ring: known && new Secret(JSON.stringify(known)) }
  } catch (error) {
    return run.activity.failLast(error)
  }
}

function reportContainers({ undeclared, problem }: ContainersEvaluation, { host }: ContainersInputs, log: Log): void {
  if (problem !== undefined) log("warning", `cannot check the containers of ${host}: ${problem}`)
  for (const { description, evicted, remedy } of undeclared) {
    const notice = { message: `${description}, and is not declared`, fix: `remove it: ${remedy}` }
    log("warning", evicted ? { message: description, fix: "`pulumi up` stops it" } : notice)
  }
}

function ring(state: Properties): Ring | undefined {
  return secretJson<Ring>(state.ring)
}

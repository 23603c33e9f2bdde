import { UserError } from "../../core/errors.ts"
import { failLast } from "../fail-last.ts"
import { everyHost, hostProblems, reached } from "../hosts.ts"
import { failuresOf, textList } from "../inputs.ts"
import type { Resource } from "../resource.ts"
import type { Properties } from "../wire.ts"

const expectations = { hosts: { kind: textList, required: true } }

/** A host that cannot be reached is passed by, so that all others are healed; here the run fails for it, after all else. */
export const reach: Resource = {
  async check({ news }) {
    const { reached: _, ...inputs } = news
    const problems = hostProblems(hostsIn(inputs)).map((reason) => ({ property: "hosts", reason }))
    return { inputs: { ...inputs, reached: everyHost }, failures: [...failuresOf(inputs, expectations), ...problems] }
  },

  diff({ olds, news }) {
    return { changes: olds.reached === news.reached ? [] : ["reached"] }
  },

  async create({ news, preview, log }) {
    return { id: "reach", outputs: preview ? news : { ...news, reached: await reached(hostsIn(news), log) } }
  },

  async read({ id, inputs, state, log }) {
    const now = await reached(hostsIn(inputs), log)
    return { id, inputs, outputs: { ...state, ...inputs, reached: now } }
  },

  async update({ news, preview, log }) {
    if (preview) return news
    const now = await reached(hostsIn(news), log)
    if (now === everyHost) return news
    return failLast(new UserError(`reached ${now}. They were passed by; run \`pulumi up\` again when they answer`))
  },

  async delete() {},
}

function hostsIn({ hosts }: Properties): string[] {
  return Array.isArray(hosts) ? hosts.filter((host) => typeof host === "string") : []
}

import { UserError } from "../../core/errors.ts"
import { sameHost } from "../../core/host.ts"
import { failLast } from "../fail-last.ts"
import { everyHost, hostProblems, reached } from "../hosts.ts"
import { failuresOf, textList, textsIn } from "../inputs.ts"
import type { Resource } from "../resource.ts"
import type { Properties } from "../wire.ts"

const expectations = { hosts: { kind: textList, required: true }, mayLag: { kind: textList } }

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
    return { id: "reach", outputs: preview ? news : { ...news, reached: (await reached(hostsIn(news), log)).words } }
  },

  async read({ id, inputs, state, log }) {
    const { words } = await reached(hostsIn(inputs), log)
    return { id, inputs, outputs: { ...state, ...inputs, reached: words } }
  },

  async update({ news, preview, log }) {
    if (preview) return news
    const { words, missing } = await reached(hostsIn(news), log)
    const lagging = new Set(textsIn(news.mayLag).map(sameHost))
    if (!missing.every((host) => lagging.has(sameHost(host))))
      return failLast(new UserError(`reached ${words}. They were passed by; run \`pulumi up\` again when they answer`))
    if (missing.length > 0)
      log("warning", {
        message: `reached ${words}`,
        fix: "they may lag: the next `pulumi up` that reaches them fixes them",
      })
    return { ...news, reached: words }
  },

  async delete() {},
}

function hostsIn({ hosts }: Properties): string[] {
  return textsIn(hosts)
}

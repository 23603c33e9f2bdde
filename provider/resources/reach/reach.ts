import { UserError } from "../../../core/errors.ts"
import { normalizeHost } from "../../../core/host.ts"
import { checkInputs } from "../../check-inputs.ts"
import { may, need } from "../../declare.ts"
import { everyHost, reached } from "../../hosts/hosts.ts"
import { textsIn } from "../../inputs.ts"
import { list, placeHost, string, strings } from "../../kinds.ts"
import type { Resource } from "../../resource.ts"
import type { Properties } from "../../wire.ts"

const remotes = list(placeHost, "a list of strings")

export const reachDeclaration = {
  about: "Whether every remote host answers. It fails, after all else was healed, for those that were skipped.",
  inputs: {
    hosts: need(remotes, "Every remote host, such as `ssh://me@tw.local`."),
    mayLag: may(strings, "The hosts for which it does not fail. Default: none."),
  },
  computed: {
    reached: need(string, "Describes which hosts were reached."),
  },
  outputs: {},
}

/** A host that cannot be reached is passed by, so that all others are healed; here the run fails for it, after all else. */
export const reach: Resource = {
  async check({ news }) {
    const { given, failures } = checkInputs(reachDeclaration, news)
    return { inputs: { ...given, reached: everyHost }, failures }
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

  async update({ run, news, preview, log }) {
    if (preview) return news
    const { words, missing } = await reached(hostsIn(news), log)
    const lagging = new Set(textsIn(news.mayLag).map(normalizeHost))
    if (!missing.every((host) => lagging.has(normalizeHost(host))))
      return run.activity.failLast(
        new UserError(`reached ${words}. They were passed by; run \`pulumi up\` again when they answer`),
      )
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

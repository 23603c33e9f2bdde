import { UserError } from "../../../core/errors.ts"
import { normalizeHost } from "../../../core/host.ts"
import { checkInputs } from "../../check-inputs.ts"
import { may, need } from "../../declare.ts"
import { everyHost, reachHosts } from "../../hosts/hosts.ts"
import { stringsIn } from "../../inputs.ts"
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

/** Fails the run for skipped hosts, after all others are repaired. */
export const reach: Resource = {
  async check({ news }) {
    const { given, failures } = checkInputs(reachDeclaration, news)
    return { inputs: { ...given, reached: everyHost }, failures }
  },

  diff({ olds, news }) {
    return { changes: olds.reached === news.reached ? [] : ["reached"] }
  },

  async create({ news, preview, log }) {
    return {
      id: "reach",
      outputs: preview ? news : { ...news, reached: (await reachHosts(hostsIn(news), log)).message },
    }
  },

  async read({ id, inputs, state, log }) {
    const { message } = await reachHosts(hostsIn(inputs), log)
    return { id, inputs, outputs: { ...state, ...inputs, reached: message } }
  },

  async update({ run, news, preview, log }) {
    if (preview) return news
    const { message, missing } = await reachHosts(hostsIn(news), log)
    const lagging = new Set(stringsIn(news.mayLag).map(normalizeHost))
    if (!missing.every((host) => lagging.has(normalizeHost(host))))
      return run.activity.failLast(
        new UserError(`reached ${message}. The others were skipped; run \`pulumi up\` again when they answer`),
      )
    if (missing.length > 0)
      log("warning", {
        message: `reached ${message}`,
        fix: "they may be behind: the next `pulumi up` that reaches them fixes them",
      })
    return { ...news, reached: message }
  },

  async delete() {},
}

function hostsIn({ hosts }: Properties): string[] {
  return stringsIn(hosts)
}

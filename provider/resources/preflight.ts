import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../core/errors.ts"
import { pathProblem } from "../../core/place.ts"
import { hostOf } from "../../hosts/index.ts"
import { askAll, hostProblems } from "../hosts.ts"
import { failuresOf, object, whole } from "../inputs.ts"
import type { Failure, Log, Resource } from "../resource.ts"
import type { Properties } from "../wire.ts"

const expectations = {
  rotation: { kind: whole, required: true },
  hosts: { kind: object, required: true },
}

/** The files to look at on each host that has to be reached. */
type Hosts = Readonly<Record<string, readonly string[]>>

/**
 * Stands before all other resources, so that the engine, which asks for a few resources at a time, asks for it first: all
 * hosts are connected to and looked at side by side. A rotation begins only when every one of them can follow.
 */
export const preflight: Resource = {
  async check({ news }) {
    return { inputs: news, failures: [...failuresOf(news, expectations), ...judged(hostsIn(news))] }
  },

  /** Only a rotation has to be stood before; what hosts there are is kept without a word. */
  diff({ olds, news }) {
    return { changes: isDeepStrictEqual(olds.rotation, news.rotation) ? [] : ["rotation"] }
  },

  async create({ news, preview, log }) {
    await survey(hostsIn(news), log)
    if (!preview) await refuse(hostsIn(news))
    return { id: "preflight", outputs: news }
  },

  async read({ id, inputs, state, log }) {
    await survey(hostsIn(inputs), log)
    return { id, inputs, outputs: { ...state, ...inputs } }
  },

  async update({ news, log }) {
    await survey(hostsIn(news), log)
    await refuse(hostsIn(news))
    return news
  },

  async delete() {},
}

function judged(hosts: Hosts): Failure[] {
  const problems = [...hostProblems(Object.keys(hosts)), ...Object.values(hosts).flat().map(pathProblem)]
  return problems.filter((reason) => reason !== undefined).map((reason) => ({ property: "hosts", reason }))
}

/** What is known of them already. */
function hostsIn({ hosts }: Properties): Hosts {
  if (!object.is(hosts)) return {}
  const texts = (paths: unknown) => (Array.isArray(paths) ? paths.filter((path) => typeof path === "string") : [])
  return Object.fromEntries(Object.entries(hosts).map(([host, paths]) => [host, texts(paths)]))
}

async function survey(hosts: Hosts, log: Log): Promise<void> {
  const look = (host: string) => Promise.all((hosts[host] ?? []).map((path) => hostOf(host).survey(path)))
  await askAll(Object.keys(hosts), look, log)
}

/** @throws UserError naming all that stands in the way, on whichever host */
async function refuse(hosts: Hosts): Promise<void> {
  const each = Object.entries(hosts).flatMap(([host, paths]) => paths.map((path) => hostOf(host).obstacle(path)))
  const found = new Set((await Promise.all(each)).filter((problem) => problem !== undefined))
  if (found.size === 0) return
  throw new UserError(`not all can follow, so nothing was changed anywhere. ${[...found].join(". ")}`)
}

import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../core/errors.ts"
import { hostProblem } from "../../core/host.ts"
import { pathProblem } from "../../core/place.ts"
import { hostOf } from "../../hosts/index.ts"
import { failuresOf, object, whole } from "../inputs.ts"
import type { Failure, Log, Resource } from "../resource.ts"
import { type Properties, unknown } from "../wire.ts"

const expectations = {
  rotation: { kind: whole, required: true },
  hosts: { kind: object, required: true },
}

/** Every host that has to be reached, and the files on it. */
type Hosts = Readonly<Record<string, readonly string[]>>

/**
 * Stands before all other resources, so that the engine, which asks for a few resources at a time, asks for it first: all
 * hosts are connected to and looked at side by side. A rotation begins only when every one of them can follow.
 */
export const preflight: Resource = {
  async check({ news }) {
    const failures = [...failuresOf(news, expectations), ...judged(news.hosts)]
    if (failures.length === 0) void survey(hostsIn(news))
    return { inputs: news, failures }
  },

  /** Only a rotation has to be stood before; what hosts there are is kept without a word. */
  diff({ olds, news }) {
    return { changes: isDeepStrictEqual(olds.rotation, news.rotation) ? [] : ["rotation"] }
  },

  async create({ news, preview, log }) {
    await patiently(hostsIn(news), log)
    if (!preview) await refuse(hostsIn(news))
    return { id: "preflight", outputs: news }
  },

  async read({ id, inputs, state, log }) {
    await patiently(hostsIn(inputs), log)
    return { id, inputs, outputs: { ...state, ...inputs } }
  },

  async update({ news, preview, log }) {
    await patiently(hostsIn(news), log)
    if (!preview) await refuse(hostsIn(news))
    else for (const problem of await problems(hostsIn(news))) log("warning", `\`pulumi up\` will refuse: ${problem}`)
    return news
  },

  async delete() {},
}

function judged(hosts: unknown): Failure[] {
  if (!object.is(hosts)) return []
  return Object.entries(hosts).flatMap(([host, paths]) => {
    const told = (reason: string) => ({ property: `hosts["${host}"]`, reason })
    if (paths === unknown) return []
    if (!Array.isArray(paths)) return [told("must be a list of paths")]
    const problems = [
      hostProblem(host),
      ...paths.map((path) => (typeof path === "string" ? pathProblem(path) : undefined)),
    ]
    return problems.filter((problem) => problem !== undefined).map(told)
  })
}

function hostsIn({ hosts }: Properties): Hosts {
  if (!object.is(hosts)) return {}
  const known = Object.entries(hosts).filter(([, paths]) => Array.isArray(paths))
  return Object.fromEntries(
    known.map(([host, paths]) => [host, (paths as unknown[]).filter((path) => typeof path === "string")]),
  )
}

/** Looks at all of them; @param done is told each host that has answered, or will not */
async function survey(hosts: Hosts, done: (host: string) => void = () => {}): Promise<void> {
  const each = Object.entries(hosts).map(async ([name, paths]) => {
    await Promise.all(paths.map((path) => hostOf(name).survey(path)))
    done(name)
  })
  await Promise.all(each)
}

const quietMilliseconds = 1500

/** Waits for all, and says for whom while it takes long. */
async function patiently(hosts: Hosts, log: Log): Promise<void> {
  const missing = new Set(Object.keys(hosts))
  const all = missing.size
  const timer = setInterval(() => {
    const names = [...missing].slice(0, 3).join(", ")
    const more = missing.size > 3 ? ` and ${missing.size - 3} more` : ""
    log("status", `${all - missing.size} of ${all} hosts seen, waiting for ${names}${more}`)
  }, quietMilliseconds)
  await survey(hosts, (host) => missing.delete(host)).finally(() => clearInterval(timer))
}

async function problems(hosts: Hosts): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(hosts).flatMap(([name, paths]) => paths.map((path) => hostOf(name).obstacle(path))),
  )
  return [...new Set(found.filter((problem) => problem !== undefined))]
}

async function refuse(hosts: Hosts): Promise<void> {
  const found = await problems(hosts)
  if (found.length > 0)
    throw new UserError(`nothing was changed anywhere, as not all could follow:\n${found.join("\n")}`)
}

import { looking as lookingAtContainers } from "../containers/look.ts"
import { read as readContainers } from "../containers/read.ts"
import type { Sight as Containers } from "../containers/sight.ts"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import type { Look } from "../hosts/host.ts"
import { hostOf } from "../hosts/index.ts"
import { looking as lookingAtPort } from "../listeners/look.ts"
import { read as readPort } from "../listeners/read.ts"
import type { Sight as Port } from "../listeners/sight.ts"
import type { Answer, Script } from "../services/manager.ts"
import { answerIn } from "../services/script.ts"
import { type Copy, copiesIn } from "./copies.ts"
import { absent, foundIn } from "./found.ts"
import { elsewhere } from "./located.ts"
import { looking, lookingAtFiles } from "./look.ts"
import { type Found, isHere, locatedOf, type Member, membersOf } from "./members.ts"
import { read } from "./read.ts"
import type { File, Sight } from "./sight.ts"

/** One home on one host, and where its files are looked for. */
export interface Target {
  /** `local`, or `ssh://[user@]name[:port]`. */
  readonly host: string
  /** `~`, or an absolute folder. */
  readonly home: string
}

/** All that was found in one home. */
export interface Survey extends Found {
  readonly target: Target
  readonly members: readonly Member[]
  readonly containers: Containers
  /** What devices keep of their pairings. */
  readonly stores: readonly Buffer[]
  /** When it was looked, by our own clock: seconds since 1970. */
  readonly looked: number
  /** Who has the ports of its gateways, and the products' own. */
  readonly ports: ReadonlyMap<number, Port>
}

/**
 * Looks at everything of a home in which a token may stand; nothing is changed.
 * @throws Unreachable, and UserError when the look itself fails
 */
export async function survey(target: Target): Promise<Survey> {
  const [told, containers] = await Promise.all([
    ask(target.host, looking(target.home)),
    ask(target.host, lookingAtContainers()).then(readContainers),
  ])
  if (told.one("nohome") !== undefined)
    throw new UserError(
      `${target.host}: there is no folder ${shown(target.home)} that can be looked into; name the home: --home /home/NAME`,
    )
  const here = read(told)
  const looked = Date.now() / 1000
  const files = await looksAt(target.host, here.files)
  const { first, looks } = await andElsewhere(target.host, foundIn(here, files), files)
  const { sight } = first
  const found = { ...first, copies: [...first.copies, ...(await referredTo(target.host, sight, first.copies))] }
  const members = membersOf(found)
  const wanted = new Set([18789, ...members.filter(({ role }) => role === "gateway").map(({ port }) => port)])
  const ports = await Promise.all(
    [...wanted].map(async (port) => {
      const answer = await ask(target.host, lookingAtPort(port, undefined))
      return [port, readPort(answer, port, undefined)] as const
    }),
  )
  const stores = sight.files.flatMap(({ kind, path }) => {
    const look = looks.get(path)
    return kind === "device store" && look?.kind === "file" ? [Buffer.from(look.bytes)] : []
  })
  return { target, ...found, members, containers, ports: new Map(ports), stores, looked }
}

async function looksAt(host: string, files: readonly File[]): Promise<ReadonlyMap<string, Look>> {
  const looks = files.map(async ({ path }) => [path, await hostOf(host).survey(path)] as const)
  return new Map(await Promise.all(looks))
}

/** The files of those that have them at another place than the usual, as their environment says. */
async function andElsewhere(host: string, first: Found, looks: ReadonlyMap<string, Look>) {
  const { sight, definitions } = first
  const running = sight.processes.filter((process) => isHere(process, sight))
  const wanted = elsewhere(sight, [
    ...running.map((process) => ({ product: process.product, ...locatedOf(process, sight) })),
    ...definitions.flatMap(({ running, located }) =>
      running && located ? [{ product: running.product, ...located }] : [],
    ),
  ])
  if (wanted.size === 0) return { first, looks }
  const found = read(await ask(host, lookingAtFiles([...wanted.keys()]))).files
  const files = found.map((file) => ({ ...file, ...wanted.get(file.path) }))
  const all = new Map([...looks, ...(await looksAt(host, files))])
  return { first: foundIn({ ...sight, files: [...sight.files, ...files] }, all), looks: all }
}

/** Secret files that a config names, wherever they stand. */
async function referredTo(host: string, sight: Sight, copies: readonly Copy[]): Promise<Copy[]> {
  const known = new Set(sight.files.map(({ path }) => path))
  const named = copies.flatMap(({ held }) => (held.kind === "file" ? [held.path.replace(/^~(?=\/)/, sight.home)] : []))
  const paths = [...new Set(named)].filter((path) => path.startsWith("/") && !known.has(path))
  if (paths.length === 0) return []
  const files = read(await ask(host, lookingAtFiles(paths))).files
  const looks = await looksAt(host, files)
  return files.flatMap((file) => copiesIn(file, looks.get(file.path) ?? absent))
}

async function ask(host: string, { script, args, timeout }: Script): Promise<Answer> {
  const { code, stdout, stderr } = await hostOf(host).run(script, { args, ...(timeout ? { timeout } : {}) })
  const answer = code === 0 ? answerIn(stdout) : undefined
  if (answer) return answer
  throw new UserError(
    `${host}: the look failed: ${shown(stderr.trim().split("\n").at(-1) ?? "") || `it ended with ${code}`}`,
  )
}

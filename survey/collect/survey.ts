import { Unreachable, UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { given } from "../../core/given.ts"
import { atHome } from "../../core/home.ts"
import { unusable } from "../../core/strength.ts"
import type { Look } from "../../hosts/host.ts"
import { hostOf } from "../../hosts/index.ts"
import { read as readContainers } from "../../probes/containers/read.ts"
import { looking as lookingAtContainers } from "../../probes/containers/script.ts"
import type { Sight as Containers } from "../../probes/containers/snapshot.ts"
import { read as readPort } from "../../probes/listeners/read.ts"
import { looking as lookingAtPort } from "../../probes/listeners/script.ts"
import type { Sight as Port } from "../../probes/listeners/snapshot.ts"
import { filesNamed } from "../files/compose/files.ts"
import { copiesIn } from "../files/copies.ts"
import { includedIn } from "../files/included-copies.ts"
import { elsewhere } from "../files/located.ts"
import type { Copy } from "../files/place-copy.ts"
import type { File, Sight } from "../files/sight.ts"
import { startsOf } from "../files/starts.ts"
import { wantedBy } from "../files/units/units.ts"
import { ask } from "./ask.ts"
import { absent, foundIn, readByScripts } from "./found.ts"
import { looking } from "./look.ts"
import { lookingAtFiles, lookingAtPatterns } from "./look-files.ts"
import type { Found, Member } from "./member.ts"
import { isHere, locatedOf, membersOf } from "./members.ts"
import { read } from "./read.ts"

/** One home on one host, and where its files are looked for. */
export interface Target {
  /** `local`, or `ssh://[user@]name[:port]`. */
  readonly host: string
  /** `~`, or an absolute folder. */
  readonly home: string
  /** Of its gateway, as a stack declares it. */
  readonly port?: number
  /** Whether a stack declares a node there. */
  readonly isNode?: boolean
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
  /** What was not looked at, or not wholly; nothing where all was. */
  readonly unseen?: readonly string[]
  /** What was not searched for copies by their value. */
  readonly unsearched?: readonly string[]
}

/**
 * Looks at everything of a home in which a token may stand; nothing is changed.
 * @throws Unreachable, and UserError when the look itself fails
 */
export async function survey(target: Target): Promise<Survey> {
  const [told, containers] = await Promise.all([
    ask(target.host, looking(target.home)),
    ask(target.host, lookingAtContainers()).then(readContainers, notSeen),
  ])
  if (told.one("nohome") !== undefined)
    throw new UserError(
      `${target.host}: there is no folder ${shown(target.home)} that can be looked into; name the home: --home /home/NAME`,
    )
  const here = read(told)
  const looked = Date.now() / 1000
  const files = await looksAt(target.host, here.files)
  const unseen = [...new Set(told.all("partial"))].map((what) => shown(what))
  if ("unseen" in containers) unseen.push(containers.unseen)
  const composed = await andComposed(target.host, here, files, unseen)
  const whole = await andElsewhere(target.host, await andRead(target.host, composed.sight, composed.looks))
  const { first, looks } = await andIncluded(target.host, whole, unseen)
  const { sight } = first
  const referred = await referredTo(target.host, sight, [...first.copies, ...first.passwords])
  const started = await readForStart(target.host, sight, looks)
  const declared = given({ declaredPort: target.port, declaredNode: target.isNode })
  const found = {
    ...first,
    ...declared,
    copies: [...first.copies, ...referred, ...started.copies],
    starts: started.starts,
  }
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
  return { target, ...found, members, containers, ports: new Map(ports), stores, looked, unseen }
}

/** Containers that cannot be looked at keep nobody from the rest of the host. */
function notSeen(error: unknown): Containers & { readonly unseen: string } {
  if (!(error instanceof UserError) || error instanceof Unreachable) throw error
  return { client: undefined, containers: [], unseen: `containers (${error.message})` }
}

async function looksAt(host: string, files: readonly File[]): Promise<ReadonlyMap<string, Look>> {
  const looks = files.map(async ({ path }) => [path, await hostOf(host).survey(path)] as const)
  return new Map(await Promise.all(looks))
}

/** Levels of Compose files that name others, and files in all. */
const deepest = 5
const mostNamed = 200

/** The files that Compose files name, as long as they are in the home. */
async function andComposed(host: string, sight: Sight, looks: ReadonlyMap<string, Look>, unseen: string[]) {
  let all = { sight, looks }
  let left = mostNamed
  for (let level = 0; level < deepest; level++) {
    const wanted = filesNamed(all.sight, all.looks)
    const paths = [...wanted.keys()].slice(0, left)
    if (wanted.size > left) unseen.push(`more than ${mostNamed} files that Compose files name`)
    if (paths.length === 0) return all
    left -= paths.length
    const found = read(await ask(host, lookingAtFiles(paths))).files
    const files = found.flatMap((file) => {
      const as = wanted.get(file.path)
      return as ? [{ ...file, ...as }] : []
    })
    const missing = paths.map((path): [string, Look] => [path, absent])
    const next = new Map([...all.looks, ...missing, ...(await looksAt(host, files))])
    all = { sight: { ...all.sight, files: [...all.sight.files, ...files] }, looks: next }
  }
  if (filesNamed(all.sight, all.looks).size > 0) unseen.push(`Compose files more than ${deepest} levels deep`)
  return all
}

/** The files that configs include. */
async function andIncluded(host: string, all: { first: Found; looks: ReadonlyMap<string, Look> }, unseen: string[]) {
  let { first, looks } = all
  const wanted = () => new Set(includedIn(first.sight, looks).flatMap(({ resolved }) => resolved.wanted))
  for (let paths = wanted(); paths.size > 0; paths = wanted()) {
    if (looks.size + paths.size > all.looks.size + mostNamed) {
      unseen.push(`more than ${mostNamed} files that configs include`)
      break
    }
    const found = read(await ask(host, lookingAtFiles([...paths]))).files
    const files = found.map((file): File => ({ ...file, kind: "included config" }))
    const missing = [...paths].map((path): [string, Look] => [path, absent])
    looks = new Map([...looks, ...missing, ...(await looksAt(host, files))])
    first = foundIn({ ...first.sight, files: [...first.sight.files, ...files] }, looks)
  }
  return { first, looks }
}

/** The files of variables that units read, wherever they stand. */
async function andRead(host: string, sight: Sight, looks: ReadonlyMap<string, Look>) {
  const wanted = wantedBy(sight, looks).filter((path) => !looks.has(path))
  if (wanted.length === 0) return { first: foundIn(sight, looks), looks }
  const found = read(await ask(host, lookingAtPatterns(wanted))).files
  const files = found.filter(({ path }) => !looks.has(path))
  const all = new Map([...looks, ...(await looksAt(host, files))])
  return { first: foundIn({ ...sight, files: [...sight.files, ...files] }, all), looks: all }
}

/** The files of those that have them at another place than the usual, as their environment says. */
async function andElsewhere(host: string, { first, looks }: { first: Found; looks: ReadonlyMap<string, Look> }) {
  const { sight, definitions } = first
  const running = sight.processes.filter((process) => isHere(process, sight))
  const all = elsewhere(sight, [
    ...running.map((process) => ({ product: process.product, ...locatedOf(process, sight) })),
    ...definitions.flatMap(({ running, located }) =>
      running && located ? [{ product: running.product, ...located }] : [],
    ),
  ])
  const wanted = [...all.keys()].filter((path) => !looks.has(path))
  if (wanted.length === 0) return { first, looks }
  const found = read(await ask(host, lookingAtFiles(wanted))).files
  const files = found.map((file) => ({ ...file, ...all.get(file.path) }))
  const seen = new Map([...looks, ...(await looksAt(host, files))])
  return { first: foundIn({ ...sight, files: [...sight.files, ...files] }, seen), looks: seen }
}

/** Secret files that a config names, wherever they stand. */
async function referredTo(host: string, sight: Sight, copies: readonly Copy[]): Promise<Copy[]> {
  const known = new Set(sight.files.map(({ path }) => path))
  const named = copies.flatMap(({ held }) => (held.kind === "file" ? [atHome(held.path, sight.home)] : []))
  const paths = [...new Set(named)].filter((path) => path.startsWith("/") && !known.has(path))
  if (paths.length === 0) return []
  const files = read(await ask(host, lookingAtFiles(paths))).files
  const looks = await looksAt(host, files)
  return files.flatMap((file) => copiesIn(file, looks.get(file.path) ?? absent))
}

/** Values in files that a script reads when it starts a gateway, and what it starts that with besides. */
async function readForStart(host: string, sight: Sight, looks: ReadonlyMap<string, Look>) {
  const known = new Set(sight.files.map(({ path }) => path))
  const named = readByScripts(sight, looks).filter(({ path }) => !known.has(path))
  if (named.length === 0) return { copies: [], starts: startsOf(sight, looks) }
  const files = read(await ask(host, lookingAtFiles([...new Set(named.map(({ path }) => path))]))).files
  const found = await looksAt(host, files)
  const copies = files.flatMap((file) => {
    const { as, namedBy } = named.find(({ path }) => path === file.path) ?? {}
    const kind = as === "token" ? "secret file" : /\.env$/.test(file.path) ? "home dotenv" : "script"
    return copiesIn({ ...file, kind }, found.get(file.path) ?? absent)
      .filter(({ held }) => held.kind === "value" && !unusable(held.value.reveal()))
      .map((copy) => ({ ...copy, ...given({ namedBy }) }))
  })
  return { copies, starts: startsOf(sight, new Map([...looks, ...found])) }
}

import { Unreachable, UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { omitUndefined } from "../../core/given.ts"
import { describeUnusable } from "../../core/strength.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { hostOf } from "../../hosts/index.ts"
import { parseContainersSnapshot as readContainers } from "../../probes/containers/parse.ts"
import { containersScript as lookingAtContainers } from "../../probes/containers/script.ts"
import type { ContainersSnapshot as Containers } from "../../probes/containers/snapshot.ts"
import { parsePortSnapshot as readPort } from "../../probes/listeners/parse.ts"
import { portScript as lookingAtPort } from "../../probes/listeners/script.ts"
import type { PortSnapshot as Port } from "../../probes/listeners/snapshot.ts"
import { composeFilesNamed } from "../files/compose/named-files.ts"
import { copiesIn } from "../files/copies.ts"
import type { File, HomeSnapshot } from "../files/home-snapshot.ts"
import { includedIn } from "../files/included-copies.ts"
import { filesElsewhere } from "../files/located.ts"
import { fileReferences } from "../files/secret-files.ts"
import { startsOf } from "../files/starts.ts"
import { wantedEnvironmentFiles } from "../files/units/units.ts"
import { filesScript, patternsScript } from "./files-script.ts"
import { absent, readByScripts, readHome } from "./home-reading.ts"
import { homeScript } from "./home-script.ts"
import type { HomeReading, Member } from "./member.ts"
import { isHere, locatedOf, membersOf } from "./members.ts"
import { parseHomeSnapshot } from "./parse-home.ts"
import { type Proxies, proxiesIn } from "./proxies.ts"
import { runProbe } from "./run-probe.ts"
import { readShellFiles } from "./shell-files.ts"

/** One home on one host. */
export interface Target {
  /** `local`, or `ssh://[user@]name[:port]`. */
  readonly host: string
  /** `~`, or an absolute folder. */
  readonly home: string
  /** The declared port of its gateway. */
  readonly port?: number
  /** Whether a stack declares a node there. */
  readonly isNode?: boolean
}

/** All that was found in one home. */
export interface Survey extends HomeReading {
  readonly target: Target
  readonly members: readonly Member[]
  readonly containers: Containers
  /** What devices keep of their pairings. */
  readonly stores: readonly Buffer[]
  /** When the survey was made, by our own clock: seconds since 1970. */
  readonly surveyedAt: number
  /** The owners of its gateways' ports, and of the products' default ports. */
  readonly ports: ReadonlyMap<number, Port>
  /** Proxies in front of its gateways, and on its nodes' way; undefined if they were not looked for. */
  readonly proxies?: Proxies
  /** What was not checked completely; undefined if everything was. */
  readonly unseen?: readonly string[]
  /** What was not searched for copies by value. */
  readonly unsearched?: readonly string[]
}

/**
 * Surveys all places of a home that may contain a token; it changes nothing.
 * @throws Unreachable, and UserError if the survey fails
 */
export async function survey(target: Target): Promise<Survey> {
  const [answer, containers] = await Promise.all([
    runProbe(target.host, homeScript(target.home)),
    runProbe(target.host, lookingAtContainers()).then(readContainers, withoutContainers),
  ])
  if (answer.one("nohome") !== undefined)
    throw new UserError(
      `${target.host}: the folder ${shown(target.home)} cannot be read; name the home: --home /home/NAME`,
      "host",
    )
  const here = parseHomeSnapshot(answer)
  const surveyedAt = Date.now() / 1000
  const files = await snapshotFiles(target.host, here.files)
  const unseen = [...new Set(answer.all("partial"))].map((what) => shown(what))
  if ("unseen" in containers) unseen.push(containers.unseen)
  const composed = await withComposeFiles(target.host, here, files, unseen)
  const whole = await withMovedFiles(
    target.host,
    await withEnvironmentFiles(target.host, composed.snapshot, composed.looks),
  )
  const included = await withIncludedConfigs(target.host, whole, unseen)
  const shells = await withShellFiles(target.host, included)
  const { first, looks } = await withSecretFiles(target.host, shells)
  const { snapshot } = first
  const started = await readStarts(target.host, snapshot, looks)
  const declared = omitUndefined({ declaredPort: target.port, declaredNode: target.isNode })
  const found = {
    ...first,
    ...declared,
    unknownExports: shells.unknown,
    copies: [...first.copies, ...started.copies],
    starts: started.starts,
  }
  const members = membersOf(found)
  const wanted = new Set([18789, ...members.filter(({ role }) => role === "gateway").map(({ port }) => port)])
  const ports = await Promise.all(
    [...wanted].map(async (port) => {
      const answer = await runProbe(target.host, lookingAtPort(port, undefined))
      return [port, readPort(answer, port, undefined)] as const
    }),
  )
  const proxies = await proxiesIn(target.host, snapshot.home)
  const stores = snapshot.files.flatMap(({ kind, path }) => {
    const look = looks.get(path)
    return kind === "device store" && look?.kind === "file" ? [Buffer.from(look.bytes)] : []
  })
  return { target, ...found, members, containers, ports: new Map(ports), proxies, stores, surveyedAt, unseen }
}

/** Returns no containers if they cannot be listed: the rest of the host is surveyed. */
function withoutContainers(error: unknown): Containers & { readonly unseen: string } {
  if (!(error instanceof UserError) || error instanceof Unreachable) throw error
  return { client: undefined, containers: [], unseen: `containers (${error.message})` }
}

async function snapshotFiles(host: string, files: readonly File[]): Promise<ReadonlyMap<string, FileSnapshot>> {
  const looks = files.map(async ({ path }) => [path, await hostOf(host).readFirstSnapshot(path)] as const)
  return new Map(await Promise.all(looks))
}

/** The depth of Compose files that name others, and the number of files. */
const deepest = 5
const mostNamed = 200

/** Adds the files that Compose files name, if they are in the home. */
async function withComposeFiles(
  host: string,
  snapshot: HomeSnapshot,
  looks: ReadonlyMap<string, FileSnapshot>,
  unseen: string[],
) {
  let all = { snapshot, looks }
  let left = mostNamed
  for (let level = 0; level < deepest; level++) {
    const wanted = composeFilesNamed(all.snapshot, all.looks)
    const paths = [...wanted.keys()].slice(0, left)
    if (wanted.size > left) unseen.push(`more than ${mostNamed} files that Compose files name`)
    if (paths.length === 0) return all
    left -= paths.length
    const found = parseHomeSnapshot(await runProbe(host, filesScript(paths))).files
    const files = found.flatMap((file) => {
      const as = wanted.get(file.path)
      return as ? [{ ...file, ...as }] : []
    })
    const missing = paths.map((path): [string, FileSnapshot] => [path, absent])
    const next = new Map([...all.looks, ...missing, ...(await snapshotFiles(host, files))])
    all = { snapshot: { ...all.snapshot, files: [...all.snapshot.files, ...files] }, looks: next }
  }
  if (composeFilesNamed(all.snapshot, all.looks).size > 0) unseen.push(`Compose files more than ${deepest} levels deep`)
  return all
}

/** Adds the files that configs include. */
async function withIncludedConfigs(
  host: string,
  all: { first: HomeReading; looks: ReadonlyMap<string, FileSnapshot> },
  unseen: string[],
) {
  let { first, looks } = all
  const wanted = () => new Set(includedIn(first.snapshot, looks).flatMap(({ resolved }) => resolved.wanted))
  for (let paths = wanted(); paths.size > 0; paths = wanted()) {
    if (looks.size + paths.size > all.looks.size + mostNamed) {
      unseen.push(`more than ${mostNamed} files that configs include`)
      break
    }
    const found = parseHomeSnapshot(await runProbe(host, filesScript([...paths]))).files
    const files = found.map((file): File => ({ ...file, kind: "included config" }))
    const missing = [...paths].map((path): [string, FileSnapshot] => [path, absent])
    looks = new Map([...looks, ...missing, ...(await snapshotFiles(host, files))])
    first = readHome({ ...first.snapshot, files: [...first.snapshot.files, ...files] }, looks)
  }
  return { first, looks }
}

/** Adds the environment files that units read, in any folder. */
async function withEnvironmentFiles(host: string, snapshot: HomeSnapshot, looks: ReadonlyMap<string, FileSnapshot>) {
  const wanted = wantedEnvironmentFiles(snapshot, looks).filter((path) => !looks.has(path))
  if (wanted.length === 0) return { first: readHome(snapshot, looks), looks }
  const found = parseHomeSnapshot(await runProbe(host, patternsScript(wanted))).files
  const files = found.filter(({ path }) => !looks.has(path))
  const all = new Map([...looks, ...(await snapshotFiles(host, files))])
  return { first: readHome({ ...snapshot, files: [...snapshot.files, ...files] }, all), looks: all }
}

/** Adds the files of members whose environment sets another place for them. */
async function withMovedFiles(
  host: string,
  { first, looks }: { first: HomeReading; looks: ReadonlyMap<string, FileSnapshot> },
) {
  const { snapshot, definitions } = first
  const running = snapshot.processes.filter((process) => isHere(process, snapshot))
  const all = filesElsewhere(snapshot, [
    ...running.map((process) => ({ product: process.product, ...locatedOf(process, snapshot) })),
    ...definitions.flatMap(({ running, located }) =>
      running && located ? [{ product: running.product, ...located }] : [],
    ),
  ])
  const wanted = [...all.keys()].filter((path) => !looks.has(path))
  if (wanted.length === 0) return { first, looks }
  const found = parseHomeSnapshot(await runProbe(host, filesScript(wanted))).files
  const files = found.map((file) => ({ ...file, ...all.get(file.path) }))
  const seen = new Map([...looks, ...(await snapshotFiles(host, files))])
  return { first: readHome({ ...snapshot, files: [...snapshot.files, ...files] }, seen), looks: seen }
}

/** Adds the shell files that may set what a command of the user sends; without a config, there is none. */
async function withShellFiles(
  host: string,
  { first, looks }: { first: HomeReading; looks: ReadonlyMap<string, FileSnapshot> },
) {
  if (first.settings.length === 0) return { first, looks, unknown: [] }
  const { files, looks: all, unknown } = await readShellFiles(host, first, looks, snapshotFiles)
  if (files.length === 0) return { first, looks, unknown }
  const { snapshot } = first
  return { first: readHome({ ...snapshot, files: [...snapshot.files, ...files] }, all), looks: all, unknown }
}

/** Adds the secret files that configs refer to, in any folder. */
async function withSecretFiles(
  host: string,
  { first, looks }: { first: HomeReading; looks: ReadonlyMap<string, FileSnapshot> },
) {
  const { snapshot, copies, passwords } = first
  const known = new Set(snapshot.files.flatMap(({ kind, path }) => (kind === "secret file" ? [path] : [])))
  const named = fileReferences([...copies, ...passwords], snapshot.home).map(({ path }) => path)
  const paths = [...new Set(named)].filter((path) => path.startsWith("/") && !known.has(path))
  if (paths.length === 0) return { first, looks }
  const files = parseHomeSnapshot(await runProbe(host, filesScript(paths))).files
  const all = new Map([...looks, ...(await snapshotFiles(host, files))])
  return { first: readHome({ ...snapshot, files: [...snapshot.files, ...files] }, all), looks: all }
}

/** Returns the values in files that scripts read when they start a gateway, and the scripts' unknown values. */
async function readStarts(host: string, snapshot: HomeSnapshot, looks: ReadonlyMap<string, FileSnapshot>) {
  const known = new Set(snapshot.files.map(({ path }) => path))
  const named = readByScripts(snapshot, looks).filter(({ path }) => !known.has(path))
  if (named.length === 0) return { copies: [], starts: startsOf(snapshot, looks) }
  const files = parseHomeSnapshot(await runProbe(host, filesScript([...new Set(named.map(({ path }) => path))]))).files
  const found = await snapshotFiles(host, files)
  const copies = files.flatMap((file) => {
    const { as, namedBy } = named.find(({ path }) => path === file.path) ?? {}
    const kind = as === "token" ? "secret file" : /\.env$/.test(file.path) ? "home dotenv" : "script"
    return copiesIn({ ...file, kind }, found.get(file.path) ?? absent)
      .filter(({ held }) => held.kind === "value" && !describeUnusable(held.value.reveal()))
      .map((copy) => ({ ...copy, ...omitUndefined({ namedBy }) }))
  })
  return { copies, starts: startsOf(snapshot, new Map([...looks, ...found])) }
}

import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { parseHost } from "../../../core/host.ts"
import { listLeaving, type Members } from "../../../core/leaving.ts"
import { Secret } from "../../../core/secret.ts"
import { hostOf } from "../../../hosts/index.ts"
import { checkInputs } from "../../check-inputs.ts"
import { may, need } from "../../declare.ts"
import { type GatewayAt, gatewayAt } from "../../gateways/gateway-at.ts"
import { type Files, files, filesIn } from "../../hosts/files.ts"
import { askAll } from "../../hosts/hosts.ts"
import { stringsIn } from "../../inputs.ts"
import { isObject, list, positive, record, string, strings } from "../../kinds.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { describeKnowingMembers, describeLeavingMember } from "../placement/describe.ts"
import { hasUnknownAdopt, readAdopted, sealAdopted } from "../token/adopt.ts"
import { type Adopt, adopt } from "../token/inputs.ts"
import { findUnwilling, gatewaysIn } from "./gateways.ts"
import { findForged, findNewer, noneNewer, refuseOlderState } from "./newer.ts"
import { newGateways, refuseUnaccounted } from "./unaccounted.ts"

export const preflightDeclaration = {
  about:
    "Reaches all remote hosts before anything else is inspected; a rotation begins only if all of them can be updated.",
  inputs: {
    rotation: need(positive, "The generation that must be in force."),
    hosts: need(files, "The files on each host that must be reached, or written in a rotation, by host."),
    markers: may(files, "The files in which each host keeps what it has seen of the fleet, by host. Default: none."),
    backups: may(files, "Backups of configs, which may contain the token, by host. Default: none."),
    members: may(record(string), "What gets the token, by name: `node on ssh://me@tw.local`. Default: none."),
    mayLag: may(strings, "Hosts that a rotation skips if they do not answer. Default: none."),
    supersede: may(positive, "The highest generation that this state does not know and may overrule. Default: none."),
    gateways: may(
      list(gatewayAt, "a list"),
      "The gateways: one that runs must accept a known token before it gets another one. Default: none.",
    ),
    adopt: may(adopt, "The token in use that the Token adopts. Default: none."),
  },
  computed: {
    newer: need(string, "`none`, or a description of the hosts that have seen a higher generation."),
    highest: need(positive, "The highest generation that was ever declared."),
  },
  outputs: {},
}

/**
 * Comes before all other resources, so that the engine, which reads a few resources at a time, reads it first: it surveys
 * all hosts in parallel. A rotation begins only if all of them can be updated; and nothing begins if a host has seen a
 * generation, or a running gateway accepts a token, that this state does not know.
 */
export const preflight: Resource = {
  async check({ run, news }) {
    const { given, failures } = checkInputs(preflightDeclaration, news)
    run.lagging.allowLag(stringsIn(given.mayLag))
    run.gateways.noteGateways(gatewaysIn(given))
    return { inputs: { ...given, ...sealAdopted(given), newer: noneNewer }, failures }
  },

  /** Changed hosts and new members are kept, but not reported as a difference. */
  diff({ olds, news }) {
    const changes = ["rotation", "newer"].filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    const gone = listLeaving(membersIn(olds), membersIn(news)).length > 0
    const joins = newGateways(gatewaysIn(olds), gatewaysIn(news)).length > 0
    return { changes: [...changes, ...(gone ? ["members"] : []), ...(joins ? ["gateways"] : [])] }
  },

  async create({ run, news, preview, log }) {
    await surveyHosts(news, log)
    for (const forged of await findForged(news, 0)) log("warning", forged)
    await refuseOlderState(news, undefined)
    await refuseUnknownTokens(run, news, preview)
    if (!preview) await refuseRotation(run, filesOf(news))
    return { id: "preflight", outputs: { ...withoutAdopt(news), highest: news.rotation } }
  },

  async read({ run, id, inputs, state, log }) {
    await surveyHosts(inputs, log)
    const known = knownTo(state)
    const members = membersIn(inputs)
    if (run.command.destroying() && Object.keys(members).length > 0)
      log("warning", describeKnowingMembers(members, known))
    const newer = await findNewer(inputs, known)
    return { id, inputs: { ...inputs, newer }, outputs: { ...state, ...withoutAdopt(inputs), newer, highest: known } }
  },

  async update({ run, olds, news, log }) {
    await surveyHosts(news, log)
    const known = knownTo(olds)
    for (const forged of await findForged(news, known)) log("warning", forged)
    await refuseOlderState(news, known)
    await refuseUnaccounted(run, newGateways(gatewaysIn(olds), gatewaysIn(news)))
    if (!isDeepStrictEqual(olds.rotation, news.rotation))
      await refuseRotation(run, await filesToFollow(run, news), gatewaysIn(news))
    const highest = typeof news.rotation === "number" ? Math.max(known, news.rotation) : news.rotation
    for (const member of listLeaving(membersIn(olds), membersIn(news)))
      log("warning", describeLeavingMember(member, known, highest === known))
    return { ...withoutAdopt(news), highest }
  },

  async delete() {},
}

/** Drops the token to adopt, which the Token remembers. */
function withoutAdopt({ adopt: _, ...rest }: Properties): Properties {
  return rest
}

/** Checks the gateways before a first `up`, when no Token knows the adopted token yet. */
async function refuseUnknownTokens(run: Run, news: Properties, preview: boolean): Promise<void> {
  if (preview && (news.adopt === unknown || hasUnknownAdopt(news.adopt))) return
  const adopted = await readAdopted(news.adopt as Adopt | undefined)
  await refuseUnaccounted(run, gatewaysIn(news), adopted === undefined ? undefined : new Secret(adopted))
}

/** Returns the highest generation that the state knows. */
function knownTo({ highest, rotation }: Properties): number {
  return Number(highest ?? rotation ?? 0)
}

function membersIn({ members }: Properties): Members {
  if (!isObject(members)) return {}
  return Object.fromEntries(Object.entries(members).map(([name, where]) => [name, String(where)]))
}

/** Returns the files of the places and of the markers. */
function filesOf({ hosts, markers }: Properties): Files {
  return mergeFiles(filesIn(hosts), filesIn(markers))
}

function mergeFiles(one: Files, other: Files): Files {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...names].map((host) => [host, [...(one[host] ?? []), ...(other[host] ?? [])]]))
}

/** Returns the files that a rotation updates: without the hosts that may be behind and do not answer. */
async function filesToFollow(run: Run, inputs: Properties): Promise<Files> {
  const isBehind = async (host: string) => run.lagging.mayLag(host) && (await hostOf(host).findOutage()) !== undefined
  const files = Object.entries(filesOf(inputs))
  const lagging = await Promise.all(files.map(([host]) => isBehind(host)))
  return Object.fromEntries(files.filter((_, at) => !lagging[at]))
}

/** Surveys the remote hosts; files on this machine are read when their resource is. */
async function surveyHosts(inputs: Properties, log: Log): Promise<void> {
  const files = mergeFiles(filesOf(inputs), filesIn(inputs.backups))
  const surveyFiles = (host: string) =>
    Promise.all((files[host] ?? []).map((path) => hostOf(host).readFirstSnapshot(path)))
  await askAll(Object.keys(files).filter(parseHost), surveyFiles, log)
}

/** Checks that all hosts can be updated. @throws UserError with all obstacles to a rotation */
async function refuseRotation(run: Run, files: Files, gateways: readonly GatewayAt[] = []): Promise<void> {
  const problems = await Promise.all([findUnwritable(files), findUnwilling(run, gateways)])
  const found = new Set(problems.flat())
  if (found.size === 0) return
  throw new UserError(`cannot rotate: some hosts cannot be updated; nothing was changed. ${[...found].join(". ")}`)
}

async function findUnwritable(files: Files): Promise<string[]> {
  const obstacles = Object.entries(files).flatMap(([host, paths]) =>
    paths.map((path) => hostOf(host).findObstacle(path)),
  )
  return (await Promise.all(obstacles)).filter((problem) => problem !== undefined)
}

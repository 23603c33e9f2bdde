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
import { textsIn } from "../../inputs.ts"
import { isObject, list, positive, record, string, strings } from "../../kinds.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { keepsKnowing, leaves } from "../placement/describe.ts"
import { adoptedValue, isUnknown, sealed } from "../token/adopt.ts"
import { type Adopt, adopt } from "../token/inputs.ts"
import { newGateways, refuseUnaccounted } from "./first-ask.ts"
import { gatewaysIn, unwilling } from "./gateways.ts"
import { findForged, findNewer, none, refuseOlderState } from "./newer.ts"

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
 * Stands before all other resources, so that the engine, which asks for a few resources at a time, asks for it first: all
 * hosts are connected to and looked at side by side. A rotation begins only when every one of them can follow, and nothing
 * at all where a host has seen a generation that this state does not know, or a running gateway accepts a token that it does
 * not know.
 */
export const preflight: Resource = {
  async check({ run, news }) {
    const { given, failures } = checkInputs(preflightDeclaration, news)
    run.lagging.letLag(textsIn(given.mayLag))
    run.gateways.noteGateways(gatewaysIn(given))
    return { inputs: { ...given, ...sealed(given), newer: none }, failures }
  },

  /** What hosts there are, and who is new, is kept without a word. */
  diff({ olds, news }) {
    const changes = ["rotation", "newer"].filter((key) => !isDeepStrictEqual(olds[key], news[key]))
    const gone = listLeaving(membersIn(olds), membersIn(news)).length > 0
    const joins = newGateways(gatewaysIn(olds), gatewaysIn(news)).length > 0
    return { changes: [...changes, ...(gone ? ["members"] : []), ...(joins ? ["gateways"] : [])] }
  },

  async create({ run, news, preview, log }) {
    await survey(news, log)
    for (const forged of await findForged(news, 0)) log("warning", forged)
    await refuseOlderState(news, undefined)
    await refuseFirst(run, news, preview)
    if (!preview) await refuse(run, filesOf(news))
    return { id: "preflight", outputs: { ...kept(news), highest: news.rotation } }
  },

  async read({ run, id, inputs, state, log }) {
    await survey(inputs, log)
    const known = knownTo(state)
    const members = membersIn(inputs)
    if (run.command.destroying() && Object.keys(members).length > 0) log("warning", keepsKnowing(members, known))
    const newer = await findNewer(inputs, known)
    return { id, inputs: { ...inputs, newer }, outputs: { ...state, ...kept(inputs), newer, highest: known } }
  },

  async update({ run, olds, news, log }) {
    await survey(news, log)
    const known = knownTo(olds)
    for (const forged of await findForged(news, known)) log("warning", forged)
    await refuseOlderState(news, known)
    await refuseUnaccounted(run, newGateways(gatewaysIn(olds), gatewaysIn(news)))
    if (!isDeepStrictEqual(olds.rotation, news.rotation))
      await refuse(run, await filesToFollow(run, news), gatewaysIn(news))
    const highest = typeof news.rotation === "number" ? Math.max(known, news.rotation) : news.rotation
    for (const who of listLeaving(membersIn(olds), membersIn(news)))
      log("warning", leaves(who, known, highest === known))
    return { ...kept(news), highest }
  },

  async delete() {},
}

/** The token to take over is the Token's to remember. */
function kept({ adopt: _, ...rest }: Properties): Properties {
  return rest
}

/** What the Token will take over is not known to any Token yet. */
async function refuseFirst(run: Run, news: Properties, preview: boolean): Promise<void> {
  if (preview && (news.adopt === unknown || isUnknown(news.adopt))) return
  const adopted = await adoptedValue(news.adopt as Adopt | undefined)
  await refuseUnaccounted(run, gatewaysIn(news), adopted === undefined ? undefined : new Secret(adopted))
}

/** The highest rotation that it ever stood before. */
function knownTo({ highest, rotation }: Properties): number {
  return Number(highest ?? rotation ?? 0)
}

function membersIn({ members }: Properties): Members {
  if (!isObject(members)) return {}
  return Object.fromEntries(Object.entries(members).map(([name, where]) => [name, String(where)]))
}

/** Those of the places, and of the markers. */
function filesOf({ hosts, markers }: Properties): Files {
  return together(filesIn(hosts), filesIn(markers))
}

function together(one: Files, other: Files): Files {
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...names].map((host) => [host, [...(one[host] ?? []), ...(other[host] ?? [])]]))
}

/** The same without the hosts that may lag, and do. */
async function filesToFollow(run: Run, inputs: Properties): Promise<Files> {
  const lags = async (host: string) => run.lagging.mayLag(host) && (await hostOf(host).findOutage()) !== undefined
  const files = Object.entries(filesOf(inputs))
  const lagging = await Promise.all(files.map(([host]) => lags(host)))
  return Object.fromEntries(files.filter((_, at) => !lagging[at]))
}

/** What is on this machine is looked at when its turn comes. */
async function survey(inputs: Properties, log: Log): Promise<void> {
  const files = together(filesOf(inputs), filesIn(inputs.backups))
  const look = (host: string) => Promise.all((files[host] ?? []).map((path) => hostOf(host).readFirstSnapshot(path)))
  await askAll(Object.keys(files).filter(parseHost), look, log)
}

/** @throws UserError naming all that stands in the way of a rotation, on whichever host */
async function refuse(run: Run, files: Files, gateways: readonly GatewayAt[] = []): Promise<void> {
  const problems = await Promise.all([unwritable(files), unwilling(run, gateways)])
  const found = new Set(problems.flat())
  if (found.size === 0) return
  throw new UserError(`not all can follow, so nothing was changed anywhere. ${[...found].join(". ")}`)
}

async function unwritable(files: Files): Promise<string[]> {
  const obstacles = Object.entries(files).flatMap(([host, paths]) =>
    paths.map((path) => hostOf(host).findObstacle(path)),
  )
  return (await Promise.all(obstacles)).filter((problem) => problem !== undefined)
}

import { isDeepStrictEqual } from "node:util"
import { parseHost } from "../../../core/host.ts"
import { Secret } from "../../../core/secret.ts"
import { hostOf } from "../../../hosts/index.ts"
import { checkInputs } from "../../check-inputs.ts"
import { filesIn } from "../../hosts/files.ts"
import { askAll } from "../../hosts/hosts.ts"
import { stringsIn } from "../../inputs.ts"
import type { Log, Resource } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import { type Properties, unknown } from "../../wire.ts"
import { describeKnowingMembers, describeLeavingMember } from "../placement/describe.ts"
import { hasUnknownAdopt, readAdopted, sealAdopted } from "../token/adopt.ts"
import type { Adopt } from "../token/inputs.ts"
import { gatewaysIn } from "./gateways.ts"
import { filesOf, knownTo, leavingMembers, membersIn, mergeFiles, preflightDeclaration } from "./inputs.ts"
import { findForged, findNewer, noneNewer, refuseOlderState } from "./newer.ts"
import { filesToFollow, refuseRotation } from "./rotation.ts"
import { newGateways, refuseUnaccounted } from "./unaccounted.ts"

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
    const gone = leavingMembers(olds, news).length > 0
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
    for (const member of leavingMembers(olds, news))
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

/** Surveys the remote hosts; files on this machine are read when their resource is. */
async function surveyHosts(inputs: Properties, log: Log): Promise<void> {
  const files = mergeFiles(filesOf(inputs), filesIn(inputs.backups))
  const surveyFiles = (host: string) =>
    Promise.all((files[host] ?? []).map((path) => hostOf(host).readFirstSnapshot(path)))
  await askAll(Object.keys(files).filter(parseHost), surveyFiles, log)
}

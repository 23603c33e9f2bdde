import { UserError } from "../../core/errors.ts"
import { omitUndefined } from "../../core/given.ts"
import type { Notice } from "../../core/notice.ts"
import type { Ring } from "../../core/ring.ts"
import type { Secret } from "../../core/secret.ts"
import { withTimeout } from "../../core/timeout.ts"
import type { Verdict } from "../../gateways/verdict.ts"
import type { PortSnapshot as Port } from "../../probes/listeners/snapshot.ts"
import { productNames } from "../../products/product.ts"
import type { Credential } from "../../products/readers.ts"
import { type Cause, causesOf, sentenceOf } from "../../survey/causes/index.ts"
import type { Member } from "../../survey/collect/member.ts"
import { type Survey, survey, type Target } from "../../survey/collect/survey.ts"
import { verdictOf } from "../../survey/collect/wire.ts"
import type { PlaceCopy } from "../../survey/files/place-copy.ts"
import { lettersOf } from "../../survey/resolve/letters.ts"
import { hostName } from "../../survey/resolve/names.ts"
import { worldOf } from "../../survey/resolve/world.ts"
import type { DeclaredMember } from "../run/members.ts"
import type { Run } from "../run/run.ts"

/** At most so many homes are surveyed in one run: if more are in trouble, `gatekey doctor NAME` is quicker. */
const mostSurveys = 8
const patienceMilliseconds = 20_000

/** Ports, undeclared gateways and containers are evaluated by the resources that know what the user allows there. */
const causesOfOthers = ["port-taken", "second-gateway", "container"]

/** What `pulumi up` always fixes by itself. */
const causesFixedByUp = ["stale-process", "not-running", "not-reloaded", "start-limit", "secret-missing", "secret-open"]

/** What `pulumi up` fixes in declared places. */
const causesOfPlaces = ["wrong-token", "next-start", "stale-spare", "default"]

/**
 * Explains why a member is rejected, or will be, as `gatekey doctor` does, by a survey of its home and of its gateway's.
 * Returns the heaviest cause; undefined if none is found, or the survey fails.
 * @param only causes of that weight. Default: all but notes
 */
export async function causeNotice(
  run: Run,
  member: DeclaredMember,
  ring: Ring | undefined,
  only?: Cause["weight"],
): Promise<Notice | undefined> {
  const cause = await withPatience(causeOf(run, member, ring, only))
  return cause && { message: sentenceOf(cause), ...omitUndefined({ fix: cause.remedy }) }
}

async function causeOf(
  run: Run,
  member: DeclaredMember,
  ring: Ring | undefined,
  only: Cause["weight"] | undefined,
): Promise<Cause | undefined> {
  const gateway = run.members.gatewayOf(member)
  const pending = [surveyOnce(run, member), ...(gateway ? [surveyOnce(run, gateway)] : [])]
  const [own, ...more] = await Promise.all(pending)
  if (!own) return undefined
  const surveys = [...new Set([own, ...more.filter((each) => each !== undefined)])]
  const named = ({ target: { host, home } }: Survey, { role, product }: Member) =>
    run.members.nameOf(host, home, role, product)
  const world = await worldOf(surveys, {
    named,
    ask: (...question) => askOnce(run, ...question),
    logs: "all",
    searches: false,
  })
  const ground = {
    world,
    letters: lettersOf(world, ring),
    isDeclared: (survey: Survey, copy: PlaceCopy) => isDeclared(run, survey, copy),
  }
  const names = [member.name, hostName(own.target.host, own.snapshot)]
  const found = causesOf(ground).find(
    ({ who, weight, code, sentence }) =>
      names.includes(who) &&
      hasWeight(weight, only) &&
      !causesOfOthers.includes(code) &&
      !run.reports.has(reportOf(sentence)),
  )
  if (!found) return undefined
  run.reports.isFirst(reportOf(found.sentence))
  if (!isFixedByUp(run, found, own)) return found
  const { remedy: _, ...cause } = found
  return cause
}

/** Returns the key that reports each sentence once a run: a host's problem concerns all its members. */
function reportOf(sentence: string): string {
  return `cause ${sentence}`
}

function hasWeight(weight: Cause["weight"], only: Cause["weight"] | undefined): boolean {
  return only ? weight === only : weight !== "note"
}

/** Checks whether `pulumi up` fixes the cause: by the member's service, or because all its places are declared. */
function isFixedByUp(run: Run, { code, copies = [] }: Cause, survey: Survey): boolean {
  const declared = copies.length > 0 && copies.every((copy) => isDeclared(run, survey, copy))
  return causesFixedByUp.includes(code) || (causesOfPlaces.includes(code) && declared)
}

function isDeclared(run: Run, { target: { host }, snapshot: { home } }: Survey, { path, locator }: PlaceCopy): boolean {
  return run.places.isPlace({ host, path, locator }, home)
}

function surveyOnce(run: Run, { host, home }: Target): Promise<Survey | undefined> {
  const id = `${host}|${home}`
  const { surveys } = run.causes
  const known = surveys.get(id)
  if (known) return known
  if (surveys.size >= mostSurveys) return Promise.resolve(undefined)
  const isNode = productNames.some((product) => run.members.nameOf(host, home, "node", product) !== undefined)
  const pending = survey({ host, home, isNode }).catch(unlessFault)
  surveys.set(id, pending)
  return pending
}

/** Tries a token once at a gateway; after a rejection, it tries no token that the run has not tried yet. */
async function askOnce(
  run: Run,
  host: string,
  member: Member,
  snapshot: Port | undefined,
  token: Secret | undefined,
  as?: Credential,
): Promise<Verdict> {
  if (!token) return verdictOf(host, member, snapshot, token)
  const at = { host, port: member.port }
  const suspect = (await run.gateways.refusals(at)) > 0
  return run.gateways.once(at, token, async () =>
    suspect ? { kind: "answers" } : verdictOf(host, member, snapshot, token, as),
  )
}

/** Bounds the work: an explanation never fails a preview, and never delays it for long. */
async function withPatience(work: Promise<Cause | undefined>): Promise<Cause | undefined> {
  return withTimeout(work.catch(unlessFault), patienceMilliseconds, () => undefined)
}

function unlessFault(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error
}

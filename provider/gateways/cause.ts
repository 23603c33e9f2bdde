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

/** So many homes are looked at in one run: where more than that are in trouble, `gatekey doctor NAME` is quicker. */
const most = 8
const patienceMilliseconds = 20_000

/** What is seen of a port, a stray and a container is judged by resources that know whom the user allows there. */
const others = ["port-taken", "second-gateway", "container"]

/** What `pulumi up` does by itself, wherever it is. */
const mended = ["stale-process", "not-running", "not-reloaded", "start-limit", "secret-missing", "secret-open"]

/** The same of declared places. */
const ofPlaces = ["wrong-token", "next-start", "stale-spare", "default"]

/**
 * Why a member is refused, or will be, in the words of `gatekey doctor`, by a look at its home and at its gateway's. The
 * heaviest cause; nothing where none is found, or the look cannot be made.
 * @param only causes of that weight. Default: all that are more than a note
 */
export async function causeNotice(
  run: Run,
  member: DeclaredMember,
  ring: Ring | undefined,
  only?: Cause["weight"],
): Promise<Notice | undefined> {
  const cause = await within(causeOf(run, member, ring, only))
  return cause && { message: sentenceOf(cause), ...omitUndefined({ fix: cause.remedy }) }
}

async function causeOf(
  run: Run,
  member: DeclaredMember,
  ring: Ring | undefined,
  only: Cause["weight"] | undefined,
): Promise<Cause | undefined> {
  const gateway = run.members.gatewayOf(member)
  const looks = [looked(run, member), ...(gateway ? [looked(run, gateway)] : [])]
  const [own, ...more] = await Promise.all(looks)
  if (!own) return undefined
  const surveys = [...new Set([own, ...more.filter((each) => each !== undefined)])]
  const named = ({ target: { host, home } }: Survey, { role, product }: Member) =>
    run.members.nameOf(host, home, role, product)
  const world = await worldOf(surveys, { named, ask: (...words) => ask(run, ...words), logs: "all", searches: false })
  const ground = {
    world,
    letters: lettersOf(world, ring),
    isDeclared: (survey: Survey, copy: PlaceCopy) => isDeclared(run, survey, copy),
  }
  const whose = [member.name, hostName(own.target.host, own.snapshot)]
  const found = causesOf(ground).find(
    ({ who, weight, code, sentence }) =>
      whose.includes(who) && isMeant(weight, only) && !others.includes(code) && !run.reports.has(reportOf(sentence)),
  )
  if (!found) return undefined
  run.reports.isFirst(reportOf(found.sentence))
  if (!isMended(run, found, own)) return found
  const { remedy: _, ...cause } = found
  return cause
}

/** Each sentence is told once a run: what is wrong with a host concerns all its members. */
function reportOf(sentence: string): string {
  return `cause ${sentence}`
}

function isMeant(weight: Cause["weight"], only: Cause["weight"] | undefined): boolean {
  return only ? weight === only : weight !== "note"
}

/** By its service, or since the places that it is about are declared. */
function isMended(run: Run, { code, copies = [] }: Cause, survey: Survey): boolean {
  const declared = copies.length > 0 && copies.every((copy) => isDeclared(run, survey, copy))
  return mended.includes(code) || (ofPlaces.includes(code) && declared)
}

function isDeclared(run: Run, { target: { host }, snapshot: { home } }: Survey, { path, locator }: PlaceCopy): boolean {
  return run.places.isPlace({ host, path, locator }, home)
}

function looked(run: Run, { host, home }: Target): Promise<Survey | undefined> {
  const id = `${host}|${home}`
  const { surveys } = run.causes
  const before = surveys.get(id)
  if (before) return before
  if (surveys.size >= most) return Promise.resolve(undefined)
  const isNode = productNames.some((product) => run.members.nameOf(host, home, "node", product) !== undefined)
  const look = survey({ host, home, isNode }).catch(unlessFault)
  surveys.set(id, look)
  return look
}

/** A token is tried once at a gateway, whoever asks; and where one was refused already, none that is not known is. */
async function ask(
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

/** It only helps to understand: it never fails a preview, and never holds it up for long. */
async function within(work: Promise<Cause | undefined>): Promise<Cause | undefined> {
  return withTimeout(work.catch(unlessFault), patienceMilliseconds, () => undefined)
}

function unlessFault(error: unknown): undefined {
  if (!(error instanceof UserError)) throw error
}

import { setTimeout as sleep } from "node:timers/promises"
import { describeValue } from "../../../core/describe-token.ts"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { normalizeHost } from "../../../core/host.ts"
import { formatPlaceId } from "../../../core/place.ts"
import { Secret } from "../../../core/secret.ts"
import { isPublicDefault } from "../../../core/strength.ts"
import { describeVerdict, isSilent, type Verdict } from "../../../gateways/verdict.ts"
import type { ProductName } from "../../../products/product.ts"
import { gatewayObstacle, mostWrong, settingsAt } from "../../gateways/auth-settings.ts"
import { foreignOwnersAt, hasForeignOwner } from "../../gateways/foreign-owners.ts"
import { legacyConfigObstacle, otherConfigObstacle } from "../../gateways/read-config.ts"
import type { GatewayAt } from "../../gateways/session.ts"
import { snapshotPlace } from "../../hosts/place.ts"
import type { Run } from "../../run/run.ts"
import { mayStop } from "../listener/evict.ts"
import { remedies } from "./gateways.ts"

/** A token that the running gateway may accept. */
interface Candidate {
  readonly token: Secret
  /** Describes where it is from. */
  readonly from: string
  /** The place that contains it; undefined if the stack knows it. */
  readonly place?: string
}

const startingMilliseconds = 60_000
const pauseMilliseconds = 500

/** Lists the gateways that the state does not know yet, or knows at another address. */
export function newGateways(before: readonly GatewayAt[], now: readonly GatewayAt[]): GatewayAt[] {
  const isSame = (one: GatewayAt, other: GatewayAt) =>
    one.port === other.port &&
    normalizeHost(one.host) === normalizeHost(other.host) &&
    (one.config === undefined || other.config === undefined || one.config === other.config)
  return now.filter((gateway) => !before.some((other) => isSame(other, gateway)))
}

/**
 * Asks each running gateway which token it accepts, before anything is written.
 * @param adopted the token that the stack adopts, which no Token of this run knows yet
 * @returns why its token must not be replaced, for each gateway that accepts none of the tokens that the stack knows
 */
async function findUnaccounted(run: Run, gateways: readonly GatewayAt[], adopted?: Secret): Promise<string[]> {
  const own = stackTokens(run, adopted)
  const problems = await Promise.all(gateways.map((at) => problemOf(run, at, own)))
  return problems.filter((problem) => problem !== undefined)
}

/** @throws UserError naming each gateway whose token is not accounted for */
export async function refuseUnaccounted(run: Run, gateways: readonly GatewayAt[], adopted?: Secret): Promise<void> {
  const problems = await findUnaccounted(run, gateways, adopted)
  if (problems.length > 0) throw new UserError(`${problems.join(". ")}. Nothing was changed`)
}

function stackTokens(run: Run, adopted: Secret | undefined): Candidate[] {
  const ring = run.tokens.ringOfToken()
  const adoptedTokens = [...(adopted ? [adopted] : []), ...run.tokens.adoptedTokens()]
  return [
    ...adoptedTokens.map((token) => ({ token, from: "the adopted token" })),
    ...run.tokens.keptTokens().map((token) => ({ token, from: describeValue(token.reveal(), ring).message })),
  ]
}

async function problemOf(run: Run, at: GatewayAt, own: readonly Candidate[]): Promise<string | undefined> {
  const isKnown = (value: string) =>
    run.tokens.isOurs(run.tokens.ringOfToken(), value) || own.some(({ token }) => token.equals(value))
  // It trusts a guard of this stack: no client has a token.
  if (at.config !== undefined && run.trusts.before(at.host, at.config)) return undefined
  const obstacle = await gatewayObstacle(run, at, isKnown)
  if (obstacle) return `${nameOf(at)}: ${obstacle}`
  const legacy = at.config === undefined ? undefined : await legacyConfigObstacle(at.host, at.config)
  if (legacy) return `${nameOf(at)}: ${legacy}`
  if (at.overwrite) return isAway(await run.gateways.greeting(at)) ? undefined : describeOtherConfig(run, at)
  if (await hidesBehindTls(at))
    return `${nameOf(at)} speaks TLS (gateway.tls.enabled), so gatekey cannot check which token it accepts: set tlsFingerprint on it to its certificate's SHA-256`
  const first = await greetingSoon(run, at)
  if (isAway(first) || (await isEvicted(run, at))) return undefined
  const other = isSilent(first) ? undefined : await describeOtherConfig(run, at)
  if (other) return other
  if (isSilent(first)) return (await hasForeignOwner(run, at)) ? undefined : describeUnasked(at, first)
  if (first.kind === "accepted")
    return `${nameOf(at)} accepts every client without a token: set gateway.auth.mode to token first, or remove this gateway from the declaration`
  if (first.kind === "starting" || first.kind === "rate limited" || first.kind === "tls" || first.kind === "protocol")
    return describeUnasked(at, first)
  return tryTokens(
    run,
    at,
    [...own.slice(0, 2), ...(await placedTokens(at)), ...own.slice(2)],
    own.length > 0 && run.tokens.ringOfToken() !== undefined,
  )
}

/** Explains why a running gateway does not read the config that gatekey would write. */
async function describeOtherConfig(run: Run, at: GatewayAt): Promise<string | undefined> {
  const obstacle = at.published ? undefined : await otherConfigObstacle(run, at)
  return obstacle && `${nameOf(at)}: ${obstacle}`
}

async function tryTokens(
  run: Run,
  at: GatewayAt,
  candidates: readonly Candidate[],
  hasToken: boolean,
): Promise<string | undefined> {
  const rejected: string[] = []
  const most = await mostWrong("firstUp", at)
  let code = ""
  for (const { token, from, place } of distinct(candidates)) {
    if ((await run.gateways.refusals(at)) >= most) break
    const verdict = await run.gateways.verdictOf(at, token)
    if (isAway(verdict)) return undefined
    if (isSilent(verdict)) return describeUnasked(at, verdict)
    if (verdict.kind === "accepted") {
      if (place === undefined || isPublicDefault(token.reveal())) return undefined
      return `${nameOf(at)} accepts the token in ${shown(place, 300)}, which the stack does not know; replacing it would lock out every client that has it. ${adoptRemedy(place, hasToken)}`
    }
    rejected.push(from)
    code = describeVerdict(verdict)
    if (verdict.kind !== "refused" && verdict.kind !== "answers") break
  }
  const untried =
    most === 0
      ? "gateway.auth.rateLimit allows too few failed attempts to try one (expected maxAttempts 3 or more, or exemptLoopback true)"
      : "this run knows no token to try"
  const list = rejected.length === 0 ? untried : `it rejected ${rejected.join(", ")} (${code})`
  return `${nameOf(at)} is running and the token that it accepts is not known: ${list}. Replacing it would lock out every client that has it. ${adoptRemedy(undefined, hasToken)}`
}

function describeUnasked(at: GatewayAt, verdict: Verdict): string {
  const [why, remedy] = isSilent(verdict)
    ? ["it accepts connections but does not answer", "try again when the machine is less busy, or restart the gateway"]
    : [describeVerdict(verdict), remedies[verdict.kind] ?? "update the older one"]
  return `${nameOf(at)} cannot be asked which token it accepts: ${why}; ${remedy}`
}

function adoptRemedy(place: string | undefined, hasToken: boolean): string {
  const stop = "stop the gateway first, or set overwrite: true on it to replace its token"
  if (hasToken) return `Give the gateway and its clients the stack's token, ${stop}`
  if (place !== undefined) return `Adopt it (gatekey:token.adopt: {from: ${JSON.stringify(place)}}), ${stop}`
  return `Adopt the token that its clients have (gatekey:token.adopt: {from: "host|path|locator"}, or \`pulumi config set --secret --path 'gatekey:token.adopt.value'\`), ${stop}`
}

/** Lists the tokens in its declared places. */
async function placedTokens({ host, places = [] }: GatewayAt): Promise<Candidate[]> {
  const found = await Promise.all(
    places.map(async (place): Promise<Candidate[]> => {
      const snapshot = await snapshotPlace(host, place)
      if (snapshot.kind !== "content" || snapshot.found.kind !== "value") return []
      const id = formatPlaceId({ host, ...place })
      return [{ token: new Secret(snapshot.found.value), from: `the token in ${shown(id, 300)}`, place: id }]
    }),
  )
  return found.flat()
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  return candidates.filter(
    ({ token }, at) => candidates.findIndex((other) => other.token.equals(token.reveal())) === at,
  )
}

async function hidesBehindTls({ host, config, product, tlsFingerprint }: GatewayAt): Promise<boolean> {
  if (config === undefined || tlsFingerprint !== undefined) return false
  return (await settingsAt(host, config, product as ProductName))?.tls === true
}

async function greetingSoon(run: Run, at: GatewayAt): Promise<Verdict> {
  const deadline = Date.now() + startingMilliseconds
  for (let silent = 0; ; ) {
    const verdict = await run.gateways.greeting(at)
    if (isSilent(verdict)) silent++
    else if (verdict.kind !== "starting") return verdict
    if (silent > 1 || Date.now() > deadline) return verdict
    run.gateways.forget(at)
    await sleep(pauseMilliseconds)
  }
}

/** Checks whether no gateway uses the port: the Listener reports what does. */
function isAway(verdict: Verdict): boolean {
  const { kind } = verdict
  return kind === "no gateway" || kind === "unreachable" || (kind === "not a gateway" && !isSilent(verdict))
}

/** Checks whether `up` stops the container on the port: it then keeps its own token. */
async function isEvicted(run: Run, at: GatewayAt): Promise<boolean> {
  const evict = (at.evict ?? []).filter((spec) => spec.startsWith("docker:"))
  return evict.length > 0 && (await foreignOwnersAt(run, at)).some((owner) => mayStop(owner, { evict }))
}

function nameOf({ name, host, port }: GatewayAt): string {
  return `the gateway ${name === undefined ? "" : `${name} `}(port ${port} of ${shown(host)})`
}

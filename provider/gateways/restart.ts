import { setTimeout as sleep } from "node:timers/promises"
import type { Json } from "../../core/content.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import type { Notice } from "../../core/notice.ts"
import type { Secret } from "../../core/secret.ts"
import { describeVerdict, isSilent } from "../../gateways/verdict.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { formats } from "../../places/index.ts"
import { authKeys } from "../../products/auth-modes.ts"
import { findReaction, type Reaction, restartSeconds } from "../../products/config-reloads.ts"
import type { ProductName } from "../../products/product.ts"
import { settingsIn, settingsOf } from "../../survey/files/settings.ts"
import { placeSnapshotIn } from "../hosts/place.ts"
import { credentialOf, setsMode } from "../resources/placement/auth-mode.ts"
import type { PlacementInputs } from "../resources/placement/inputs.ts"
import type { Run } from "../run/run.ts"
import { hasForeignOwner } from "./foreign-owners.ts"
import { type GatewayAt, sessionAt } from "./session.ts"

/** How long a gateway may be away during a restart. */
const awayMilliseconds = 90_000
/** How long a gateway may still answer before its restart: if it reported the restart, and if it is only expected to. */
const leavingMilliseconds = { left: 0, reported: 5_000, expected: 15_000 }
const pauseMilliseconds = 25

/** A change of a gateway's config for which the running gateway restarts itself. */
export interface Restart {
  readonly at: GatewayAt
  readonly why: string
}

interface Change extends Pick<PlacementInputs, "locator" | "format" | "must"> {
  readonly host: string
  readonly path: string
}

/**
 * Checks whether a running declared gateway restarts itself for this change.
 * @param config its config before the change
 * @throws UserError if it needs a restart for the change, and does not restart itself
 */
export async function restartFor(run: Run, change: Change, config: FileSnapshot): Promise<Restart | undefined> {
  const { host, path, locator, must } = change
  const at = run.gateways.declaredBy({ host, path })
  if (!at) return undefined
  const product = at.product as ProductName
  const before = placeSnapshotIn(config, formats.json5, locator)
  const wasReference = before.kind === "content" && before.found.kind === "reference"
  const settings = config.kind === "file" ? settingsIn(config.bytes, { product, path }) : undefined
  const [hasMode, reload] = [settings?.auth !== undefined, settings?.reload]
  const credential = credentialOf(change)
  const isReference = wasReference || must === "reference"
  const keys = [
    ...(credential && setsMode(config, credential, isReference, run.trusts.back(host, path)) ? [authKeys.mode] : []),
    locator,
  ]
  const effects = keys.map((key) => findReaction(product, { key, isReference, hasMode, reload }))
  // A running gateway that keeps a token which only clients send is as right as before.
  const isUnread = must === "nothing" && /^gateway\.remote\./.test(locator)
  return restartBy(run, at, path, isUnread ? effects.filter(({ does }) => does !== "waits") : effects)
}

/** Checks whether a running gateway restarts itself by one of these reactions. @throws UserError if it needs to, and does not */
async function restartBy(
  run: Run,
  at: GatewayAt,
  path: string,
  effects: readonly Reaction[],
): Promise<Restart | undefined> {
  const [waits, restart] = ["waits", "restarts"].map((what) => effects.find(({ does }) => does === what))
  if (!(waits ?? restart) || !(await isRunning(run, at))) return undefined
  if (waits) throw new UserError(describeWaiting(at, path, waits.why))
  return restart && { at, why: restart.why }
}

function describeWaiting({ name }: GatewayAt, path: string, why: string): string {
  const gateway = `the gateway${name === undefined ? "" : ` ${name}`}`
  return `${gateway} is running and would not apply this change (${why}, expected hybrid): it would go on with its previous token until its next start. Set gateway.reload.mode to hybrid in ${shown(path)} and restart the gateway, then run \`pulumi up\` again; or stop it before the \`up\`, and start it afterwards`
}

async function isRunning(run: Run, at: GatewayAt): Promise<boolean> {
  const silent = !run.gateways.hasAnswered(at) && isSilent(await run.gateways.greeting(at))
  return run.gateways.hasAnswered(at) || (silent && !(await hasForeignOwner(run, at)))
}

/**
 * Checks whether a running gateway restarts itself for changes of these keys of its config, none of which has a reference.
 * @throws UserError if it needs a restart for them, and does not restart itself
 */
export async function restartForKeys(
  run: Run,
  at: GatewayAt & { readonly config: string },
  keys: readonly string[],
  config: Json,
): Promise<Restart | undefined> {
  const product = at.product as ProductName
  const { auth, reload } = settingsOf(config, { product, path: at.config })
  const change = { isReference: false, hasMode: auth !== undefined, reload }
  const effects = keys.map((key) => findReaction(product, { key, ...change }))
  return restartBy(run, at, at.config, effects)
}

/** Describes the restart for a preview. */
export function describeRestart({ at, why }: Restart): Notice {
  const seconds = restartSeconds[at.product as ProductName]
  const name = at.name === undefined ? "" : ` ${at.name}`
  return {
    message: `the gateway${name} restarts itself once for this (${why})`,
    plan: `about ${seconds} s without an answer, longer on a busy machine; \`pulumi up\` waits until it is back`,
    restart: "once",
  }
}

/** Waits until a restarting gateway is back. @returns false after the time limit */
export async function waitUntilBack(
  at: GatewayAt,
  leaving: keyof typeof leavingMilliseconds = "reported",
): Promise<boolean> {
  const begun = Date.now()
  let gone = false
  while (Date.now() - begun < awayMilliseconds) {
    const { verdict } = await sessionAt(at, undefined, [])
    const away = verdict.kind === "no gateway" || verdict.kind === "starting" || isSilent(verdict)
    gone ||= away || Date.now() - begun > leavingMilliseconds[leaving]
    if (gone && !away) return true
    await sleep(pauseMilliseconds)
  }
  return false
}

/** Why a gateway restarts, and how long it may still answer before that. */
const restartCauses = {
  itself: { leaving: "expected", event: "restarted itself for the change of its config" },
  service: { leaving: "left", event: "was restarted" },
} as const

/**
 * Waits until a restarting gateway is back, and proves by one connect that it accepts the token.
 * @throws UserError if it is not back in time, or rejects the token
 */
export async function requireRestarted(
  run: Run,
  at: GatewayAt,
  token: Secret | undefined,
  by: keyof typeof restartCauses,
): Promise<void> {
  const { leaving, event } = restartCauses[by]
  const name = `the gateway${at.name === undefined ? "" : ` ${at.name}`}`
  if (!(await waitUntilBack(at, leaving)))
    throw new UserError(
      `${name} ${event} and did not answer within ${awayMilliseconds / 1000} s; see its log, and start it`,
    )
  run.gateways.forget(at)
  if (!token) return
  const verdict = await run.gateways.verdictOf(at, token)
  if (verdict.kind === "accepted") return
  throw new UserError(`${name} ${event} and does not accept the token: ${describeVerdict(verdict)}; see its log`)
}

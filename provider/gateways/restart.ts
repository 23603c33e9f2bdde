import { setTimeout as sleep } from "node:timers/promises"
import { UserError } from "../../core/errors.ts"
import type { Notice } from "../../core/notice.ts"
import type { Secret } from "../../core/secret.ts"
import { describeVerdict, isSilent } from "../../gateways/verdict.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { formats } from "../../places/index.ts"
import { authKeys } from "../../products/auth-modes.ts"
import { findReaction, restartSeconds } from "../../products/config-reloads.ts"
import type { ProductName } from "../../products/product.ts"
import { settingsIn } from "../../survey/files/settings.ts"
import { placeSnapshotIn } from "../hosts/place.ts"
import { credentialOf, setsMode } from "../resources/placement/auth-mode.ts"
import type { PlacementInputs } from "../resources/placement/inputs.ts"
import type { Run } from "../run/run.ts"
import { type GatewayAt, sessionAt } from "./session.ts"
import { isAnothers } from "./strangers.ts"

/** How long a gateway that restarts may be away. */
const awayMilliseconds = 90_000
/** How long one that restarts may still answer, where it said so, and where it is only expected to. */
const leavingMilliseconds = { left: 0, said: 5_000, expected: 15_000 }
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

/** Tells whether a declared gateway that runs restarts itself for this change. @param look the config before it */
export async function restartFor(run: Run, change: Change, look: FileSnapshot): Promise<Restart | undefined> {
  const { host, path, locator, must } = change
  const at = run.gateways.declaredBy({ host, path })
  if (!at) return undefined
  const product = at.product as ProductName
  const before = placeSnapshotIn(look, formats.json5, locator)
  const was = before.kind === "content" && before.found.kind === "reference"
  const hasMode = look.kind === "file" && settingsIn(look.bytes, { product, path })?.auth !== undefined
  const credential = credentialOf(change)
  const isReference = was || must === "reference"
  const keys = [...(credential && setsMode(look, credential, isReference) ? [authKeys.mode] : []), locator]
  const effects = keys.map((key) => findReaction(product, { key, isReference, hasMode }))
  const restart = effects.find(({ does }) => does === "restarts")
  return restart && (await isRunning(run, at)) ? { at, why: restart.why } : undefined
}

async function isRunning(run: Run, at: GatewayAt): Promise<boolean> {
  const silent = !run.gateways.hasAnswered(at) && isSilent(await run.gateways.greeting(at))
  return run.gateways.hasAnswered(at) || (silent && !(await isAnothers(run, at)))
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

/** Waits for a gateway that restarts. @returns whether it is back */
export async function returned(at: GatewayAt, leaving: keyof typeof leavingMilliseconds = "said"): Promise<boolean> {
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

/** How it came to restart, in words, and whether it may still answer before it does. */
const ways = {
  itself: { leaving: "expected", words: "restarted itself for the change of its config" },
  service: { leaving: "left", words: "was restarted" },
} as const

/**
 * Waits for a gateway that restarts, and proves by one connect that it accepts the token.
 * @throws UserError if it is not back in time, or rejects the token
 */
export async function provedBack(
  run: Run,
  at: GatewayAt,
  token: Secret | undefined,
  by: keyof typeof ways,
): Promise<void> {
  const { leaving, words } = ways[by]
  const name = `the gateway${at.name === undefined ? "" : ` ${at.name}`}`
  if (!(await returned(at, leaving)))
    throw new UserError(
      `${name} ${words} and did not answer within ${awayMilliseconds / 1000} s; see its log, and start it`,
    )
  run.gateways.forget(at)
  if (!token) return
  const verdict = await run.gateways.verdictOf(at, token)
  if (verdict.kind === "accepted") return
  throw new UserError(`${name} ${words} and does not accept the token: ${describeVerdict(verdict)}; see its log`)
}

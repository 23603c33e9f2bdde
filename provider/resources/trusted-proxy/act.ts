import type { AuthoritySet } from "../../../certificates/authority-set.ts"
import { UserError } from "../../../core/errors.ts"
import { describeVerdict, type Verdict } from "../../../gateways/verdict.ts"
import { hostOf } from "../../../hosts/index.ts"
import { authKeys } from "../../../products/auth-modes.ts"
import { restartSeconds } from "../../../products/config-reloads.ts"
import {
  headerKey,
  missingSettings,
  ownIdentity,
  settingIn,
  settingsBefore,
  type TrustSetting,
  trustSettings,
} from "../../../products/trusted-proxy.ts"
import { requireApplied } from "../../gateways/applied.ts"
import { readForwarding, setForwarding } from "../../gateways/forwarding.ts"
import { type Restart, restartForKeys, waitUntilBack } from "../../gateways/restart.ts"
import { pause } from "../../pause.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { describeChange } from "./describe.ts"
import { withSettings } from "./edit.ts"
import {
  configIn,
  configOf,
  evaluateTrust,
  forwardingFor,
  guardIn,
  isTrusting,
  type TrustEvaluation,
  trustOf,
  wireVerdict,
} from "./evaluate.ts"
import { gatewayIn, type TrustedProxyInputs } from "./inputs.ts"
import { refuseOtherProxy, refuseSwitch } from "./obstacles.ts"

/** How long a gateway may take to go by its new config; openclaw takes 1 to 3 s, longer on a busy machine. */
const patienceMilliseconds = 60_000
const pauseMilliseconds = 250

/** What an `up` would do. */
interface TrustPlan {
  readonly evaluation: TrustEvaluation
  readonly restart: Restart | undefined
}

/** @throws UserError if the gateway cannot trust its guard yet */
async function planTrust(
  run: Run,
  inputs: TrustedProxyInputs,
  authority: AuthoritySet,
  olds: Properties | undefined,
): Promise<TrustPlan> {
  const evaluation = await evaluateTrust(inputs, authority)
  refuseOtherProxy(inputs, authority, evaluation, olds?.userHeader as TrustedProxyInputs["userHeader"])
  await refuseSwitch(run, inputs, evaluation)
  const keys = evaluation.missing.map(({ key }) => key)
  const at = { ...gatewayIn(inputs), config: inputs.config }
  return { evaluation, restart: await restartForKeys(run, at, keys, evaluation.config) }
}

/** Reports in a preview what an `up` does. @param olds the outputs of the last read; undefined for a new one */
export async function previewTrust(
  run: Run,
  inputs: TrustedProxyInputs,
  authority: AuthoritySet,
  log: Log,
  olds?: Properties,
): Promise<void> {
  const { evaluation, restart } = await planTrust(run, inputs, authority, olds)
  const seconds = restart && { seconds: restartSeconds.openclaw }
  log("info", describeChange(olds, evaluation.missing, seconds))
}

/**
 * Writes the settings in one step, and waits until the gateway goes by them.
 * @param olds the outputs of the last read; undefined for a new one
 * @returns the settings that the config had before, if it did not trust a guard of the stack yet
 * @throws UserError if the gateway does not go by them in time
 */
export async function applyTrust(
  run: Run,
  inputs: TrustedProxyInputs,
  authority: AuthoritySet,
  log: Log,
  olds?: Properties,
): Promise<readonly TrustSetting[]> {
  const { evaluation, restart } = await planTrust(run, inputs, authority, olds)
  const settings = trustSettings(trustOf(inputs, authority, evaluation.config))
  await hostOf(inputs.host).edit(inputs.config, (file) => {
    const missing = missingSettings(configIn(file, inputs.config), settings)
    if (file.kind !== "file" || missing.length === 0) return undefined
    const bytes = withSettings(file.bytes, missing)
    // Only its owner may read the header's name.
    const hasHeader = settingIn(configIn({ ...file, bytes }, inputs.config), headerKey) !== undefined
    return { bytes, ...(hasHeader ? { mode: file.mode & 0o7700 } : {}) }
  })
  if (restart) {
    log("status", "the gateway restarts itself for this; waiting until it is back")
    if (!(await waitUntilBack(restart.at, "expected")))
      throw new UserError("the gateway restarted itself for the change and did not answer in time; see its log")
  }
  await requireTrust(inputs, authority)
  await forward(run, inputs, authority)
  // What it has of a trust already is not from before it.
  const hasTrust = settingIn(evaluation.config, authKeys.mode) === "trusted-proxy"
  return hasTrust ? [] : settingsBefore(evaluation.config, settings)
}

/** Has the guard hand clients on as the gateway takes them now. */
async function forward(run: Run, inputs: TrustedProxyInputs, authority: AuthoritySet): Promise<void> {
  const guard = guardIn(inputs)
  if (!guard) return
  const config = await configOf(inputs)
  const forwarding = forwardingFor(trustOf(inputs, authority, config), config)
  if ((await readForwarding(guard)) === forwarding) return
  // Clients look local from now on: before that, the gateway must not pair one by itself any more.
  if (forwarding === "plain") await requireApplied(run, gatewayIn(inputs))
  await setForwarding(guard, forwarding)
}

/** Connects as every client of the guard. @throws UserError if a running gateway does not go by its config in time */
async function requireTrust(inputs: TrustedProxyInputs, authority: AuthoritySet): Promise<void> {
  const begun = Date.now()
  const config = await configOf(inputs)
  const trust = trustOf(inputs, authority, config)
  const forwarding = forwardingFor(trust, config)
  for (;;) {
    const verdict = await wireVerdict(inputs, authority, forwarding, [ownIdentity, ...trust.identities])
    if (isTrusting(verdict, inputs) || isAway(verdict)) return
    if (Date.now() - begun > patienceMilliseconds)
      throw new UserError(
        `the gateway's config trusts its guard, but the running gateway does not: ${describeVerdict(verdict)}; see its log`,
      )
    await pause(pauseMilliseconds)
  }
}

/** Checks whether nothing runs there: it reads its config when it starts. What cuts the connection does run. */
function isAway(verdict: Verdict): boolean {
  return verdict.kind === "unreachable" || (verdict.kind === "no gateway" && verdict.code !== "ECONNRESET")
}

/**
 * Goes back to the settings before, as far as the config still has those of the trust, and another mode.
 * @returns whether it goes on trusting
 */
export async function removeTrust(
  inputs: TrustedProxyInputs,
  authority: AuthoritySet,
  before: readonly TrustSetting[],
): Promise<{ readonly trusts: boolean }> {
  let trusts = false
  const guard = guardIn(inputs)
  // Its clients look local, and the gateway pairs by itself again.
  if (guard) await setForwarding(guard, "named")
  await hostOf(inputs.host).edit(inputs.config, (file) => {
    if (file.kind !== "file") return undefined
    const config = configIn(file, inputs.config)
    // Without the trust and without a token it would let nobody in.
    trusts = settingIn(config, "gateway.auth.mode") === "trusted-proxy"
    if (trusts) return undefined
    const settings = trustSettings(trustOf(inputs, authority, config))
    const changed = missingSettings(config, settings).map(({ key }) => key)
    const back = before.filter(({ key }) => !changed.some((each) => each === key || each.startsWith(`${key}.`)))
    const bytes = withSettings(file.bytes, missingSettings(config, back))
    return Buffer.compare(bytes, file.bytes) === 0 ? undefined : { bytes }
  })
  return { trusts }
}

import { setTimeout as sleep } from "node:timers/promises"
import { isDeepStrictEqual } from "node:util"
import { describeValue } from "../../../core/describe-token.ts"
import { UserError } from "../../../core/errors.ts"
import type { Secret } from "../../../core/secret.ts"
import { describeWeakness } from "../../../core/strength.ts"
import { withTimeout } from "../../../core/timeout.ts"
import type { Session } from "../../../gateways/session.ts"
import { describeVerdict } from "../../../gateways/verdict.ts"
import { hostOf } from "../../../hosts/index.ts"
import { runEdit } from "../../../hosts/writing.ts"
import { formats } from "../../../places/index.ts"
import { mostWrong } from "../../gateways/auth-settings.ts"
import { waitUntilBack } from "../../gateways/restart.ts"
import { type GatewayAt, sessionAt } from "../../gateways/session.ts"
import { placeSnapshotIn } from "../../hosts/place.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { editOf } from "../placement/edit.ts"
import { type Binding, bindingOf, goalOf, type Memory, valueIn } from "../placement/evaluate.ts"
import { untriedRejection } from "./describe.ts"
import { type FlipInputs, gatewayIn, type How } from "./inputs.ts"
import { describeUnstaged, findUnstaged } from "./staged.ts"

/** How long a gateway may take to accept what was written. */
const patienceMilliseconds: { readonly [how in How]: number } = { reload: 10_000, watch: 20_000, restart: 20_000 }
/** How long a gateway may take to notice its watched config, if nothing reports that it did. */
const watchMilliseconds = 5_000
/** How long a gateway that answered a moment ago may report that it is starting. */
const busyMilliseconds = 20_000
const pauseMilliseconds = 25

/** Writes the place. @param placed is called at the moment when the new content is there, if that is known */
type Write = (placed?: () => void) => Promise<Properties>

/**
 * Writes the gateway's place and proves that the gateway accepts the new token and rejects the old one; else it restores
 * the place.
 * @throws UserError after all other steps, with the reason, and the token that the gateway then accepts
 */
export async function performFlip(
  run: Run,
  inputs: FlipInputs,
  memory: Memory,
  write: Write,
  log: Log,
): Promise<Properties> {
  try {
    const binding = bindingOf(run, inputs, memory)
    const { value: wanted } = binding
    if (!wanted) throw new Error("a gateway's place must contain a token")
    const at = gatewayIn(inputs)
    const accepted = await findAcceptedToken(run, at, [wanted, memory.value, await valueIn(inputs)])
    if (!accepted || accepted.equals(wanted)) return await write()
    const missing = await findUnstaged(run, inputs.staged ?? [], wanted, inputs.fingerprint)
    if (missing.length > 0) throw new UserError(describeUnstaged(missing))
    if (await isReferredTo(inputs)) return await flipLive({ run, inputs, at, accepted, wanted, binding, write, log })
    run.gateways.forget(at)
    // The gateway watches its config, which is about to be fixed, and then reads the token by itself.
    return await write()
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** Finds the known token that the gateway accepts now. */
async function findAcceptedToken(
  run: Run,
  at: GatewayAt,
  candidates: readonly (Secret | undefined)[],
): Promise<Secret | undefined> {
  const known = await run.gateways.acceptedToken(at)
  if (known) return known
  const most = await mostWrong("flip", run.gateways.declaredAt(at) ?? at)
  for (const candidate of candidates) {
    if (!candidate || (await run.gateways.refusals(at)) >= most) continue
    const accepted = await run.gateways.acceptedToken(at, candidate)
    if (accepted) return accepted
  }
  return undefined
}

interface Flip {
  readonly run: Run
  readonly inputs: FlipInputs
  readonly at: GatewayAt
  readonly accepted: Secret
  readonly wanted: Secret
  readonly binding: Binding
  readonly write: Write
  readonly log: Log
}

async function flipLive(flip: Flip): Promise<Properties> {
  const { at, accepted, write, log } = flip
  // Opened before the write, so that the gateway has the token a moment after it.
  const { verdict, session } = await sessionSoon(at, accepted)
  if (!session)
    throw new UserError(
      `the gateway accepted its token a moment ago, but now: ${describeVerdict(verdict)}. Nothing was changed; run \`pulumi up\` again`,
    )
  try {
    log("status", "all places are staged; writing the gateway's own place")
    const begun = performance.now()
    // Not interruptible: a run that ended in between would leave a token that the gateway rejects.
    const { outputs, end } = await runEdit(async () => {
      // Requested at the same moment: until the reload, the gateway rejects clients that read the place.
      let reload: Promise<void> | undefined
      const outputs = await write(() => {
        reload = requestReload(flip, session)
        reload.catch(() => {})
      })
      return {
        outputs,
        end: await waitForToken(flip, session, reload ?? requestReload(flip, session)).catch(messageOf),
      }
    })
    const reason = typeof end === "string" ? end : await confirmFlip(flip, end - begun)
    if (reason === undefined) return outputs
    throw await restoreToken(flip, session, reason)
  } finally {
    session.close()
  }
}

/** Opens a session; a busy gateway that reports that it is starting is tried again. */
async function sessionSoon(at: GatewayAt, token: Secret): ReturnType<typeof sessionAt> {
  const deadline = Date.now() + busyMilliseconds
  for (;;) {
    const attempt = await sessionAt(at, token, ["operator.admin"])
    if (attempt.verdict.kind !== "starting" || Date.now() > deadline) return attempt
    await sleep(10 * pauseMilliseconds)
  }
}

/** Requests a reload. @throws UserError if the gateway rejects it; a closed connection counts as an answer */
async function requestReload({ inputs: { how } }: Flip, session: Session): Promise<void> {
  if (how !== "reload") return
  await session.request("secrets.reload").catch((error) => {
    if (!session.isClosed) throw error
  })
}

/** Waits until the gateway uses the new token. @returns when it did; @throws UserError if it does not */
async function waitForToken(
  { inputs: { how }, at, log }: Flip,
  session: Session,
  reload: Promise<void>,
): Promise<number> {
  log("status", how === "reload" ? "the gateway reloads its secrets" : "waiting until the gateway accepts it")
  await reload
  // The gateway closes connections of the old token when it stops accepting it.
  const limit = patienceMilliseconds[how]
  const closed = await withTimeout(session.closed, limit, () => undefined)
  if (!closed) throw new UserError(`it did not accept it within ${limit / 1000} s`)
  const end = performance.now()
  if (closed.code !== 4001) await waitUntilBack(at)
  return end
}

/** Checks once that the new token is accepted and the old one rejected. @returns why not; undefined if so */
async function confirmFlip(
  { run, inputs, at, accepted, wanted, binding, log }: Flip,
  milliseconds: number,
): Promise<string | undefined> {
  log("status", "checking that the gateway accepts the new token and rejects the old one")
  run.gateways.forget(at)
  const accepts = await run.gateways.verdictOf(at, wanted)
  if (accepts.kind === "no gateway") {
    log("warning", `the gateway ended before it accepted ${inputs.takes}; it reads it from its place when it starts`)
    return undefined
  }
  if (accepts.kind !== "accepted") return `it does not accept it: ${describeVerdict(accepts)}`
  const isLimited = (await mostWrong("flip", run.gateways.declaredAt(at) ?? at)) === 0
  const refuses = isLimited ? undefined : await run.gateways.verdictOf(at, accepted)
  if (refuses?.kind === "accepted") return "it still accepts the old one as well"
  const time = inputs.how === "restart" ? "after its restart" : `${Math.round(milliseconds)} ms after it was written`
  const rejects = refuses ? `, and rejects ${describeToken(accepted, binding)} now` : untriedRejection
  log("info", `the gateway accepted ${inputs.takes} ${time}${rejects}`)
  return undefined
}

/** Restores the gateway's place, and its token unless it is weak. @returns the error that reports it */
async function restoreToken(flip: Flip, session: Session, reason: string): Promise<UserError> {
  const { run, inputs, at, accepted, wanted, binding, log } = flip
  const weak = describeWeakness(accepted.reveal())
  if (weak) {
    return new UserError(
      `the gateway did not accept ${inputs.takes}: ${reason}. Its place was not restored, because the token that it accepts ${weak}: the place contains ${inputs.takes}, which the gateway reads when it starts. Restart it`,
    )
  }
  log("status", `restoring the gateway's place: ${reason}`)
  const old = describeToken(accepted, binding)
  const problem = `the gateway did not accept ${inputs.takes}: ${reason}`
  const place = hostOf(inputs.host)
  const obstacle = await place
    .edit(inputs.path, (look) => editOf(look, goalOf(run, inputs, { ...binding, value: accepted })))
    .then(() => undefined, messageOf)
  if (obstacle)
    return new UserError(`${problem}. It still accepts ${old}, and its place cannot be restored: ${obstacle}`)
  if (inputs.how === "reload") await reloadAgain(at, session, wanted)
  else if (inputs.how === "watch") await sleep(watchMilliseconds)
  if (inputs.how === "restart") await waitUntilBack(at)
  run.gateways.forget(at)
  const verdict = await run.gateways.verdictOf(at, accepted)
  if (verdict.kind === "accepted") {
    return new UserError(
      `${problem}. Its place was restored: it contains ${old} again, which the gateway accepts. \`pulumi up\` tries again; \`git revert\` and \`pulumi up\` go back everywhere`,
    )
  }
  return new UserError(
    `${problem}. Its place contains ${old} again, which the gateway does not accept (${describeVerdict(verdict)}): restart it`,
  )
}

async function reloadAgain(at: GatewayAt, session: Session, wanted: Secret): Promise<void> {
  const again = session.isClosed ? (await sessionAt(at, wanted, ["operator.admin"])).session : session
  await again?.request("secrets.reload").catch(() => {})
  again?.close()
}

/** Checks whether the gateway's config refers to the place. */
async function isReferredTo({ host, at = host, refers }: FlipInputs): Promise<boolean> {
  if (!refers) return true
  const config = await hostOf(at).readSnapshot(refers.path)
  return Object.entries(refers.entries).every(([locator, content]) => {
    const entry = placeSnapshotIn(config, formats.json5, locator)
    return (
      entry.kind === "content" && entry.found.kind === "reference" && isDeepStrictEqual(entry.found.content, content)
    )
  })
}

function describeToken(token: Secret, { ring }: Binding): string {
  return describeValue(token.reveal(), ring).message
}

function messageOf(error: unknown): string {
  if (error instanceof UserError) return error.message
  throw error
}

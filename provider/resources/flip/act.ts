import { setTimeout as sleep } from "node:timers/promises"
import { isDeepStrictEqual } from "node:util"
import { UserError } from "../../../core/errors.ts"
import { shown } from "../../../core/escape.ts"
import { describeValue } from "../../../core/holds.ts"
import type { Secret } from "../../../core/secret.ts"
import { describeWeakness } from "../../../core/strength.ts"
import { withTimeout } from "../../../core/timeout.ts"
import type { Session } from "../../../gateways/session.ts"
import { describeVerdict } from "../../../gateways/verdict.ts"
import { hostOf } from "../../../hosts/index.ts"
import { runEdit } from "../../../hosts/writing.ts"
import { formats } from "../../../places/index.ts"
import { maxWrongTokens } from "../../../products/wrong-tokens.ts"
import { returned } from "../../gateways/restart.ts"
import { type GatewayAt, sessionAt } from "../../gateways/session.ts"
import { placeSnapshotIn } from "../../hosts/place.ts"
import type { Log } from "../../resource.ts"
import type { Run } from "../../run/run.ts"
import type { Properties } from "../../wire.ts"
import { editOf } from "../placement/edit.ts"
import { type Binding, bindingOf, goalOf, type Memory, valueIn } from "../placement/evaluate.ts"
import { type FlipInputs, gatewayIn, type How } from "./inputs.ts"
import { unstaged } from "./staged.ts"

/** How long a gateway may take until it has taken what was written. */
const patienceMilliseconds: { readonly [how in How]: number } = { reload: 10_000, watch: 20_000, restart: 20_000 }
/** How long a watched config may take to be seen, where nothing tells that it was. */
const watchMilliseconds = 5_000
/** How long one that was there a moment ago may say that it is starting. */
const busyMilliseconds = 20_000
const pauseMilliseconds = 25

/** @param placed is called in the moment in which the new content stands there, where that can be told */
type Write = (placed?: () => void) => Promise<Properties>

/**
 * Writes the gateway's place and sees the gateway take it: the new token is accepted and the old one refused, or all is
 * as it was before.
 * @throws UserError, when nothing else moves any more, saying why, and which token the gateway takes then
 */
export async function flipped(
  run: Run,
  inputs: FlipInputs,
  memory: Memory,
  write: Write,
  log: Log,
): Promise<Properties> {
  try {
    const binding = bindingOf(run, inputs, memory)
    const { value: wanted } = binding
    if (!wanted) throw new Error("a gateway's place holds a token")
    const at = gatewayIn(inputs)
    const taken = await takenBy(run, at, [wanted, memory.value, await valueIn(inputs)])
    if (!taken || taken.equals(wanted)) return await write()
    const missing = await unstaged(run, inputs.staged ?? [], wanted, inputs.fingerprint)
    if (missing.length > 0) throw new UserError(unstagedWords(missing))
    if (await refersTo(inputs)) return await flipLive({ run, inputs, at, taken, wanted, binding, write, log })
    run.gateways.forget(at)
    // Its config is about to be put right, and is watched: the gateway then finds the token by itself.
    return await write()
  } catch (error) {
    return run.activity.failLast(error)
  }
}

/** The token that the gateway takes now, as far as we know one. */
async function takenBy(
  run: Run,
  at: GatewayAt,
  candidates: readonly (Secret | undefined)[],
): Promise<Secret | undefined> {
  const known = await run.gateways.tokenTaken(at)
  if (known) return known
  for (const candidate of candidates) {
    if (!candidate || (await run.gateways.refusals(at)) >= maxWrongTokens.flip) continue
    const taken = await run.gateways.tokenTaken(at, candidate)
    if (taken) return taken
  }
  return undefined
}

interface Flip {
  readonly run: Run
  readonly inputs: FlipInputs
  readonly at: GatewayAt
  readonly taken: Secret
  readonly wanted: Secret
  readonly binding: Binding
  readonly write: Write
  readonly log: Log
}

async function flipLive(flip: Flip): Promise<Properties> {
  const { at, taken, write, log } = flip
  // Opened before anything is written: so it takes a moment only from the write until the gateway has the token.
  const { verdict, session } = await sessionSoon(at, taken)
  if (!session)
    throw new UserError(
      `the gateway took its token a moment ago, and now: ${describeVerdict(verdict)}. Nothing was changed; run \`pulumi up\` again`,
    )
  try {
    log("status", "all places are staged; the gateway's own is written")
    const begun = performance.now()
    // One piece: a run that ended in between would leave its readers with what the gateway refuses.
    const { outputs, end } = await runEdit(async () => {
      // Asked for in the same moment: who reads the place meanwhile is refused until it is done.
      let reload: Promise<void> | undefined
      const outputs = await write(() => {
        reload = asked(flip, session)
        reload.catch(() => {})
      })
      return { outputs, end: await take(flip, session, reload ?? asked(flip, session)).catch(sayWhy) }
    })
    const reason = typeof end === "string" ? end : await confirmed(flip, end - begun)
    if (reason === undefined) return outputs
    throw await putBack(flip, session, reason)
  } finally {
    session.close()
  }
}

/** One that is busy says that it is starting: it has a moment. */
async function sessionSoon(at: GatewayAt, token: Secret): ReturnType<typeof sessionAt> {
  const deadline = Date.now() + busyMilliseconds
  for (;;) {
    const knocked = await sessionAt(at, token, ["operator.admin"])
    if (knocked.verdict.kind !== "starting" || Date.now() > deadline) return knocked
    await sleep(10 * pauseMilliseconds)
  }
}

/** @throws UserError for what the gateway says against it; that the connection ends is its answer as well */
async function asked({ inputs: { how } }: Flip, session: Session): Promise<void> {
  if (how !== "reload") return
  await session.request("secrets.reload").catch((error) => {
    if (!session.isClosed) throw error
  })
}

/** @returns when it took the token @throws UserError when it does not */
async function take({ inputs: { how }, at, log }: Flip, session: Session, reload: Promise<void>): Promise<number> {
  log("status", how === "reload" ? "the gateway reloads its secrets" : "waiting until the gateway takes it")
  await reload
  // What held the old token is cut off in the moment in which it is worth nothing any more.
  const limit = patienceMilliseconds[how]
  const closed = await withTimeout(session.closed, limit, () => undefined)
  if (!closed) throw new UserError(`it did not take it within ${limit / 1000} s`)
  const taken = performance.now()
  if (closed.code !== 4001) await returned(at)
  return taken
}

/** Both sides of it, once each. @returns why it is not so */
async function confirmed(
  { run, inputs, at, taken, wanted, binding, log }: Flip,
  milliseconds: number,
): Promise<string | undefined> {
  log("status", "the gateway is asked whether it takes the new token, and refuses the old one")
  run.gateways.forget(at)
  const accepts = await run.gateways.verdictOf(at, wanted)
  if (accepts.kind === "no gateway") {
    log("warning", `the gateway ended while it was to take ${inputs.takes}; it finds it in its place when it starts`)
    return undefined
  }
  if (accepts.kind !== "accepted") return `it does not take it: ${describeVerdict(accepts)}`
  const refuses = await run.gateways.verdictOf(at, taken)
  if (refuses.kind === "accepted") return "it takes the old one as well, still"
  const time = inputs.how === "restart" ? "after its restart" : `${Math.round(milliseconds)} ms after it was written`
  log("info", `the gateway took ${inputs.takes} ${time}, and refuses ${wordsFor(taken, binding)} now`)
  return undefined
}

/** The gateway's place as it was, and the gateway with it; but not with a weak token. @returns the error that says so */
async function putBack(flip: Flip, session: Session, reason: string): Promise<UserError> {
  const { run, inputs, at, taken, wanted, binding, log } = flip
  const weak = describeWeakness(taken.reveal())
  if (weak) {
    return new UserError(
      `the gateway did not take ${inputs.takes}: ${reason}. It is not put back, as the token that it takes ${weak}: its place holds ${inputs.takes}, which it finds when it starts. Restart it`,
    )
  }
  log("status", `the gateway is put back: ${reason}`)
  const old = wordsFor(taken, binding)
  const said = `the gateway did not take ${inputs.takes}: ${reason}`
  const place = hostOf(inputs.host)
  const stays = await place
    .edit(inputs.path, (look) => editOf(look, goalOf(run, inputs, { ...binding, value: taken })))
    .then(() => undefined, sayWhy)
  if (stays) return new UserError(`${said}. It still takes ${old}, and its place cannot be put back: ${stays}`)
  if (inputs.how === "reload") await reloadAgain(at, session, wanted)
  else if (inputs.how === "watch") await sleep(watchMilliseconds)
  if (inputs.how === "restart") await returned(at)
  run.gateways.forget(at)
  const verdict = await run.gateways.verdictOf(at, taken)
  if (verdict.kind === "accepted") {
    return new UserError(
      `${said}. It was put back: its place holds ${old} again, which it takes, and the fleet is on that token. \`pulumi up\` tries again; \`git revert\` and \`pulumi up\` go back everywhere`,
    )
  }
  return new UserError(
    `${said}. Its place holds ${old} again, which it does not take (${describeVerdict(verdict)}): restart it`,
  )
}

async function reloadAgain(at: GatewayAt, session: Session, wanted: Secret): Promise<void> {
  const again = session.isClosed ? (await sessionAt(at, wanted, ["operator.admin"])).session : session
  await again?.request("secrets.reload").catch(() => {})
  again?.close()
}

/** Whether its config leads to the place. */
async function refersTo({ host, at = host, refers }: FlipInputs): Promise<boolean> {
  if (!refers) return true
  const look = await hostOf(at).readSnapshot(refers.path)
  return Object.entries(refers.entries).every(([locator, content]) => {
    const seen = placeSnapshotIn(look, formats.json5, locator)
    return seen.kind === "content" && seen.found.kind === "reference" && isDeepStrictEqual(seen.found.content, content)
  })
}

function unstagedWords(missing: readonly string[]): string {
  const list = missing
    .slice(0, 5)
    .map((each) => shown(each))
    .join(", ")
  const more = missing.length > 5 ? ` and ${missing.length - 5} more` : ""
  return `the gateway keeps its token, since these places do not hold the new one yet: ${list}${more}. Run \`pulumi up\` without --target`
}

function wordsFor(token: Secret, { ring }: Binding): string {
  return describeValue(token.reveal(), ring).message
}

function sayWhy(error: unknown): string {
  if (error instanceof UserError) return error.message
  throw error
}

import { join } from "node:path"
import type { Duplex } from "node:stream"
import { setTimeout as sleep } from "node:timers/promises"
import pLimit, { type LimitFunction } from "p-limit"
import { Unreachable, UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import type { RemoteHost } from "../../core/host.ts"
import { describeTooMuch } from "../file.ts"
import { readSshErrors } from "./client.ts"
import { findControlFolder, formatSocketPath } from "./control.ts"
import { openForward } from "./forward.ts"
import { describeHostKey } from "./host-key.ts"
import { diagnosticArguments, formatManualCommand, forwardArguments, sshArguments } from "./options.ts"
import { explainShellError, explainSshError, type UnreachableReason } from "./reasons.ts"
import { formatCalls } from "./remote.ts"
import { runSession, type Session } from "./session.ts"
import { readSshSettings, type SshSettings } from "./settings.ts"

/** One exchange with a host. */
interface Exchange {
  readonly body: string
  readonly payload?: Uint8Array
  /** Milliseconds. Default: GATEKEY_SSH_TIMEOUT. */
  readonly timeout?: number
  /** Set for a change: a cancelled run does not interrupt it. */
  readonly patient?: boolean
  /** Set for a read: it may be sent again if the connection is lost. */
  readonly repeatable?: boolean
  /** Checks whether an incomplete answer at the timeout is accepted. */
  readonly partial?: (done: Session) => boolean
  /** Bytes of an answer, beyond which the exchange fails. Default: 1 MB. */
  readonly most?: number
}

export interface Connection {
  /**
   * Sends a script and returns the host's whole answer.
   * @throws Unreachable, UserError if the connection was lost
   */
  exchange(exchange: Exchange): Promise<Session>
  /** Opens a TCP connection from the host to an address. @throws Unreachable */
  dial(address: string, port: number): Promise<Duplex>
}

/** sshd accepts ten sessions a connection (MaxSessions); the user's own sessions may share it. */
const sessionsAtATime = 6
const retries = 3
const mostByDefault = 1024 * 1024

let opening: LimitFunction | undefined

/** Creates the one connection of a host in a run: the first exchange opens it, the others share it; a host that failed is not tried again. */
export function createConnection(id: string, host: RemoteHost): Connection {
  const sessions = pLimit(sessionsAtATime)
  let opened: Promise<void> | undefined
  let failure: Unreachable | undefined

  async function exchange(request: Exchange): Promise<Session> {
    if (failure) throw failure
    if (!opened) return open(request)
    const current = opened
    await current
    if (failure) throw failure
    const done = await sessions(() => runOnce(request))
    const mustRepeat = request.repeatable && !done.hasEnded && !done.cut
    if (done.hasStarted && !mustRepeat) return checkEnd(done, request)
    if (done.cut === "cancelled") throw createCancelled(id)
    // The connection was lost. An exchange that has not started, or is a read, can be sent again.
    if (opened === current) opened = undefined
    return exchange({ ...request, repeatable: false })
  }

  function open(request: Exchange): Promise<Session> {
    const limits = readSshSettings()
    opening ??= pLimit(limits.parallel)
    const first = opening(() => tryConnect(request, limits))
    opened = first.then(
      () => {},
      () => {},
    )
    return first.then((done) => checkEnd(done, request))
  }

  async function tryConnect(request: Exchange, limits: SshSettings): Promise<Session> {
    const deadline = Date.now() + limits.connect
    for (let attempt = 1; ; attempt++) {
      const done = await runOnce(request)
      if (done.hasStarted) return done
      if (done.cut === "cancelled") throw createCancelled(id)
      const first = explainSession(done, limits)
      if (first.busy && attempt < retries && Date.now() < deadline) await sleep(200 + Math.random() * 800)
      else {
        const reason = first.vague ? await findReason(first, limits) : first
        const remedy = reason.key ? await describeHostKey(host, limits, reason.key) : reason.remedy
        throw giveUp(reason.reason, [remedy, `see: ${formatManualCommand(host)}`].filter(Boolean).join("; "))
      }
    }
  }

  /** Finds the reason on a separate connection, where ssh also reports a jump's own errors and missing algorithms. */
  async function findReason(reason: UnreachableReason, limits: SshSettings): Promise<UnreachableReason> {
    const reasons = [
      explainSshError(await readSshErrors(diagnosticArguments(host, limits, "INFO"), limits.connect)),
      reason,
    ]
    return reasons.find(({ vague }) => !vague) ?? reasons.find(({ busy }) => busy) ?? reason
  }

  async function runOnce({
    body,
    payload,
    timeout,
    patient = false,
    most = mostByDefault,
  }: Exchange): Promise<Session> {
    const limits = readSshSettings()
    const socket = formatSocketPath(await findControlFolder(), id)
    return runSession({
      arguments: sshArguments(host, limits, socket),
      body,
      payload,
      connect: limits.connect,
      whole: timeout ?? limits.whole,
      most,
      log: join(`${socket}-${++count}`),
      patient,
    })
  }

  function checkEnd(done: Session, { partial, patient, timeout, most = mostByDefault }: Exchange): Session {
    if (done.cut === "much")
      throw giveUp(`it ${describeTooMuch(most)}`, `see what it prints: ${formatManualCommand(host)}`)
    const missing = done.parts.find(({ name }) => name === "lacks")
    if (missing) throw giveUp(`it lacks ${shown(missing.arguments.trim().replaceAll(" ", ", "))}`, "install it there")
    if (done.hasEnded || (done.cut === "whole" && partial?.(done))) return done
    if (done.cut === "cancelled") throw createCancelled(id)
    if (done.cut !== "whole") throw new UserError(`${id}: the connection was lost; run it again`, "host")
    const slow = `it took longer than ${(timeout ?? readSshSettings().whole) / 1000} s`
    if (patient) throw new UserError(`${id}: ${slow}; raise GATEKEY_SSH_TIMEOUT, or run it again`, "host")
    throw giveUp(slow, `raise GATEKEY_SSH_TIMEOUT; see: ${formatManualCommand(host)}`)
  }

  function giveUp(reason: string, advice: string): Unreachable {
    failure = new Unreachable(reason, `${id} is unreachable: ${reason}; ${advice}`)
    return failure
  }

  async function dial(address: string, port: number): Promise<Duplex> {
    if (!opened && !failure) await open({ body: formatCalls({}, []) })
    await opened
    if (failure) throw failure
    const to = `${address.includes(":") ? `[${address}]` : address}:${port}`
    const limits = readSshSettings()
    const explain = () => readSshErrors(forwardArguments(host, limits, "none", to), limits.connect)
    return openForward(forwardArguments(host, limits, formatSocketPath(await findControlFolder(), id), to), explain)
  }

  return { exchange, dial }
}

let count = process.pid * 1000

function explainSession(done: Session, { connect }: SshSettings): UnreachableReason {
  if (done.cut === "much")
    return { reason: "it printed too much before it began", remedy: "see what its log-in prints" }
  if (done.isWithoutSsh) return { reason: "there is no ssh on PATH", remedy: "install OpenSSH's client" }
  if (done.cut) return { reason: `timed out after ${connect / 1000} s` }
  if (done.code !== 255 && done.code !== null) return explainShellError(done.code, done.stderr, done.stray)
  const reason = explainSshError(done.stderr)
  return reason.code === "ETIMEDOUT" ? { ...reason, reason: `timed out after ${connect / 1000} s` } : reason
}

function createCancelled(id: string): UserError {
  return new UserError(`${id}: the run was cancelled`, "host")
}

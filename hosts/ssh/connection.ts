import { join } from "node:path"
import type { Duplex } from "node:stream"
import { setTimeout as sleep } from "node:timers/promises"
import pLimit, { type LimitFunction } from "p-limit"
import { Unreachable, UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import type { RemoteHost } from "../../core/host.ts"
import { describeTooMuch } from "../file.ts"
import { sshSays } from "./client.ts"
import { controlFolder, socketOf } from "./control.ts"
import { forwarded } from "./forward.ts"
import { keyAdvice } from "./host-key.ts"
import { askingArguments, forwardArguments, manually, sshArguments } from "./options.ts"
import { type Reason, reasonOf, shellReason } from "./reasons.ts"
import { calls } from "./remote.ts"
import { type Session, session } from "./session.ts"
import { type SshSettings, sshSettings } from "./settings.ts"

/** What is sent to a host in one go. */
interface Exchange {
  readonly body: string
  readonly payload?: Uint8Array
  /** Milliseconds. Default: GATEKEY_SSH_TIMEOUT. */
  readonly timeout?: number
  /** A change: what has begun is not cut short by a cancelled run. */
  readonly patient?: boolean
  /** A look: it can be sent once more when the connection is lost in between. */
  readonly repeatable?: boolean
  /** Whether what took too long, and was cut, is an answer all the same, as far as it came. */
  readonly partial?: (done: Session) => boolean
  /** Bytes of an answer, beyond which the host is given up. Default: 1 MB. */
  readonly most?: number
}

export interface Connection {
  /**
   * @returns what the host answered, from its beginning to its end
   * @throws Unreachable, UserError when the connection was lost in between
   */
  exchange(exchange: Exchange): Promise<Session>
  /** A TCP connection from the host to an address. @throws Unreachable */
  dial(address: string, port: number): Promise<Duplex>
}

/** sshd takes ten sessions a connection (MaxSessions); other work of the user may go the same way. */
const sessionsAtATime = 6
const retries = 3
const mostByDefault = 1024 * 1024

let opening: LimitFunction | undefined

/** One connection a host and run: the first exchange opens it, the others go along; a host that failed is not tried again. */
export function connectionTo(id: string, host: RemoteHost): Connection {
  const sessions = pLimit(sessionsAtATime)
  let opened: Promise<void> | undefined
  let down: Unreachable | undefined

  async function exchange(asked: Exchange): Promise<Session> {
    if (down) throw down
    if (!opened) return open(asked)
    const mine = opened
    await mine
    if (down) throw down
    const done = await sessions(() => once(asked))
    const again = asked.repeatable && !done.ended && !done.cut
    if (done.begun && !again) return ended(done, asked)
    if (done.cut === "cancelled") throw cancelled(id)
    // The connection went meanwhile. What was not begun, or is a look, can be sent again.
    if (opened === mine) opened = undefined
    return exchange({ ...asked, repeatable: false })
  }

  function open(asked: Exchange): Promise<Session> {
    const limits = sshSettings()
    opening ??= pLimit(limits.parallel)
    const first = opening(() => connected(asked, limits))
    opened = first.then(
      () => {},
      () => {},
    )
    return first.then((done) => ended(done, asked))
  }

  async function connected(asked: Exchange, limits: SshSettings): Promise<Session> {
    const deadline = Date.now() + limits.connect
    for (let attempt = 1; ; attempt++) {
      const done = await once(asked)
      if (done.begun) return done
      if (done.cut === "cancelled") throw cancelled(id)
      const told = reasonFor(done, limits)
      if (told.busy && attempt < retries && Date.now() < deadline) await sleep(200 + Math.random() * 800)
      else {
        const reason = told.vague ? await askedAgain(told, limits) : told
        const remedy = reason.key ? await keyAdvice(host, limits, reason.key) : reason.remedy
        throw giveUp(reason.reason, [remedy, `see: ${manually(host)}`].filter(Boolean).join("; "))
      }
    }
  }

  /** A jump's own words, and that no method is known to both sides, are said on a connection that nobody shares. */
  async function askedAgain(told: Reason, limits: SshSettings): Promise<Reason> {
    const reasons = [reasonOf(await sshSays(askingArguments(host, limits, "INFO"), limits.connect)), told]
    return reasons.find(({ vague }) => !vague) ?? reasons.find(({ busy }) => busy) ?? told
  }

  async function once({ body, payload, timeout, patient = false, most = mostByDefault }: Exchange): Promise<Session> {
    const limits = sshSettings()
    const socket = socketOf(await controlFolder(), id)
    return session({
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

  function ended(done: Session, { partial, patient, timeout, most = mostByDefault }: Exchange): Session {
    if (done.cut === "much") throw giveUp(`it ${describeTooMuch(most)}`, `see what it prints: ${manually(host)}`)
    const lacks = done.parts.find(({ name }) => name === "lacks")
    if (lacks)
      throw giveUp(`it lacks ${shown(lacks.words.trim().replaceAll(" ", ", "))}`, "install what is missing there")
    if (done.ended || (done.cut === "whole" && partial?.(done))) return done
    if (done.cut === "cancelled") throw cancelled(id)
    if (done.cut !== "whole") throw new UserError(`${id}: the connection was lost; run it again`)
    const slow = `it took longer than ${(timeout ?? sshSettings().whole) / 1000} s`
    if (patient) throw new UserError(`${id}: ${slow}; raise GATEKEY_SSH_TIMEOUT, or run it again`)
    throw giveUp(slow, `raise GATEKEY_SSH_TIMEOUT; see: ${manually(host)}`)
  }

  function giveUp(reason: string, advice: string): Unreachable {
    down = new Unreachable(reason, `${id} is unreachable: ${reason}; ${advice}`)
    return down
  }

  async function dial(address: string, port: number): Promise<Duplex> {
    if (!opened && !down) await open({ body: calls({}, []) })
    await opened
    if (down) throw down
    const to = `${address.includes(":") ? `[${address}]` : address}:${port}`
    const limits = sshSettings()
    const alone = () => sshSays(forwardArguments(host, limits, "none", to), limits.connect)
    return forwarded(forwardArguments(host, limits, socketOf(await controlFolder(), id), to), alone)
  }

  return { exchange, dial }
}

let count = process.pid * 1000

function reasonFor(done: Session, { connect }: SshSettings): Reason {
  if (done.cut === "much")
    return { reason: "it printed too much before it began", remedy: "see what its log-in prints" }
  if (done.cut) return { reason: `timed out after ${connect / 1000} s` }
  if (done.code !== 255 && done.code !== null) return shellReason(done.code, done.stderr, done.stray)
  const reason = reasonOf(done.stderr)
  return reason.code === "ETIMEDOUT" ? { ...reason, reason: `timed out after ${connect / 1000} s` } : reason
}

function cancelled(id: string): UserError {
  return new UserError(`${id}: the run was cancelled`)
}

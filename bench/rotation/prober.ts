import { setTimeout as pause } from "node:timers/promises"
import { atEnd } from "../ending.ts"
import { type Credential, type Knocked, knock, now } from "./client.ts"

/** One connect, from its start to its answer; milliseconds. */
export interface Try {
  readonly begun: number
  readonly ended: number
  readonly verdict: "accepted" | "refused" | "unavailable"
  readonly why: string
}

export interface Prober {
  /** Those that have their answer. */
  readonly tries: readonly Try[]
  stop(): Promise<void>
}

/** A gateway takes 32 connections of one address that have not shown a credential yet; a busy machine would meet that. */
const mostAtOnce = 10

/** Connects every so many milliseconds, whatever became of the connects before, as long as few are under way. */
export function prober(port: number, credential: () => Credential, everyMilliseconds = 100): Prober {
  const tries: Try[] = []
  const underWay = new Set<Promise<void>>()
  let stopped = false
  const one = async () => {
    const begun = now()
    const { session, verdict, why } = await shown(credential, port)
    session?.close()
    tries.push({ begun, ended: now(), verdict, why })
  }
  const run = (async () => {
    for (let due = now(); !stopped; due = Math.max(due + everyMilliseconds, now())) {
      if (underWay.size < mostAtOnce) {
        const mine = one().finally(() => underWay.delete(mine))
        underWay.add(mine)
      }
      await pause(Math.max(1, due + everyMilliseconds - now()))
    }
  })()
  const stop = async () => {
    stopped = true
    await run
    await Promise.all(underWay)
  }
  atEnd(stop)
  return { tries, stop }
}

function shown(credential: () => Credential, port: number): Promise<Knocked> | Knocked {
  try {
    return knock(port, credential())
  } catch (error) {
    return { verdict: "unavailable", why: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * Computes how long connects failed, in milliseconds: from the start of the first that did to the answer of the first that
 * was accepted after them. 0 if none failed.
 */
export function outage(tries: readonly Try[]): number {
  const order = [...tries].sort((one, other) => one.begun - other.begun)
  const first = order.find(({ verdict }) => verdict !== "accepted")
  const last = order.findLast(({ verdict }) => verdict !== "accepted")
  if (!first || !last) return 0
  const after = order.filter(({ begun, verdict }) => begun > last.begun && verdict === "accepted")
  return Math.min(...after.map(({ ended }) => ended), Number.POSITIVE_INFINITY) - first.begun
}

/** Computes the longest time in a row in which `isSo` held: from the start of the first to the answer of the next that differs. */
export function longest(tries: readonly Try[], isSo: (one: Try) => boolean): number {
  const order = [...tries].sort((one, other) => one.begun - other.begun)
  let most = 0
  let since: number | undefined
  for (const one of order) {
    if (isSo(one)) since ??= one.begun
    if (since !== undefined) most = Math.max(most, one.ended - since)
    if (!isSo(one)) since = undefined
  }
  return most
}

import { Session } from "node:inspector"

/**
 * Counts the work of what runs in this process, the same in every run: how often each block of the code that is loaded after
 * this module ran, by V8's block coverage; what a regular expression tried; and how far a search, a copy or a walk of a
 * string or an array went. Needs `--allow-natives-syntax`.
 */
export function workOf(run: () => void): number {
  blocks()
  natively = 0
  run()
  const work = natively
  return work + blocks()
}

let natively = 0

const session = new Session()
session.connect()
const post = (method: string, params: object = {}): unknown => {
  let answer: unknown
  session.post(method, params, (error: Error | null, result: unknown) => {
    if (error) throw error
    answer = result
  })
  return answer
}
post("Profiler.enable")
post("Profiler.startPreciseCoverage", { callCount: true, detailed: true })

const counted = /\/(?:places|survey|services|core)\/|node_modules\/(?:yaml|saxes|@humanwhocodes)\//

/** The runs of all blocks since the last call. */
function blocks(): number {
  const { result } = post("Profiler.takePreciseCoverage") as {
    result: { url: string; functions: { ranges: { count: number }[] }[] }[]
  }
  let sum = 0
  for (const { url, functions } of result) {
    if (!test(counted, url) || url.includes("/test/")) continue
    for (const { ranges } of functions) for (const { count } of ranges) sum += count
  }
  return sum
}

const exec = RegExp.prototype.exec
const test = (pattern: RegExp, text: string) => exec.call(pattern, text) !== null

type Make = (pattern: string, flags: string, backtracks: number) => RegExp
const limited = new Function("p", "f", "n", "return %NewRegExpWithBacktrackLimit(p, f, n)") as Make
const twins = new Map<string, RegExp>()

/** V8 does not count the steps back of a loop over single characters, but does where each has a choice behind it. */
const repeated = /(\[(?:\\.|[^\]\\])*\]|\\(?:[pP]\{[^}]*\}|.)|[^()|^$*+?{}\\[\]])([*+])?/g

/** A twin that tries the same at each position, and always matches, unless that takes it more than so many backtracks. */
function twinOf({ source, flags, sticky }: RegExp, backtracks: number): RegExp {
  const key = `${sticky}/${source}/${flags}/${backtracks}`
  const known = twins.get(key)
  if (known) return known
  const kept = [...flags].filter((flag) => "imsuv".includes(flag)).join("")
  RegExp.prototype.exec = exec
  const counting = source.replaceAll(repeated, (all, one, sign) => (sign ? `(?:${one}(?:|(?!)))${sign}` : all))
  RegExp.prototype.exec = countingExec
  const made = limited(sticky ? `(?:${counting}|)` : `(?:[^]*?(?:${counting})|)`, `${kept}y`, backtracks)
  twins.set(key, made)
  return made
}

function countingExec(this: RegExp, text: string) {
  const from = this.global || this.sticky ? this.lastIndex : 0
  const found = exec.call(this, text)
  for (let limit = 16; ; limit *= 2) {
    const twin = twinOf(this, limit)
    twin.lastIndex = from
    if (exec.call(twin, `${text}`) === null && from <= `${text}`.length) continue
    natively += limit + (found?.[0].length ?? 0)
    return found
  }
}
RegExp.prototype.exec = countingExec

type Cost = (self: { readonly length: number }, result: unknown, args: readonly unknown[]) => number
const whole: Cost = ({ length }) => length
const made: Cost = (_, result) => (result as { readonly length: number }).length
const forward: Cost = ({ length }, at, [, from]) =>
  (typeof at === "number" && at >= 0 ? at : length) - (typeof from === "number" ? from : 0)
const backward: Cost = ({ length }, at, [, from]) => (typeof from === "number" ? from : length) - (at as number)
const trimmed: Cost = ({ length }, result) => length - (result as string).length

patch(String.prototype, { indexOf: forward, includes: whole, lastIndexOf: backward, replaceAll: whole, split: whole })
patch(String.prototype, { trim: trimmed, trimStart: trimmed, trimEnd: trimmed, toLowerCase: whole, toUpperCase: whole })
patch(Array.prototype, { indexOf: forward, includes: whole, slice: made, concat: made, splice: whole, join: whole })
patch(Array.prototype, { reverse: whole, push: (_, __, args) => args.length, [Symbol.iterator]: whole })
patch(Map.prototype, { [Symbol.iterator]: (self) => (self as unknown as Map<unknown, unknown>).size })
patch(Set.prototype, { [Symbol.iterator]: (self) => (self as unknown as Set<unknown>).size })

function patch(prototype: object, costs: { readonly [name: string | symbol]: Cost }): void {
  for (const name of Reflect.ownKeys(costs)) {
    const own = Reflect.get(prototype, name) as (...args: unknown[]) => unknown
    const cost = costs[name] as Cost
    const patched = function (this: { readonly length: number }, ...args: unknown[]) {
      const result = own.apply(this, args)
      natively += 1 + cost(this, result, args)
      return result
    }
    Object.defineProperty(prototype, name, { value: patched, writable: true, configurable: true })
  }
}

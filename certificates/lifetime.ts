import { parseDuration } from "../core/duration.ts"

const day = 86_400_000
/** Browsers and Apple's systems accept no certificate that is valid for longer than 398 days. */
const shortest = 7 * day
const longest = 398 * day

export const defaultLifetime = "365d"

/** Explains why a lifetime cannot be declared; undefined if it can. */
export function lifetimeProblem(text: string): string | undefined {
  const lifetime = parseDuration(text)
  return lifetime !== undefined && lifetime >= shortest && lifetime <= longest
    ? undefined
    : "must be from 7d to 398d, such as 365d"
}

/** Milliseconds of a lifetime that was checked. */
export function lifetimeOf(text: string): number {
  return parseDuration(text) ?? parseDuration(defaultLifetime) ?? longest
}

/** When any `up` renews a certificate: once a third of its life is over, so that two thirds are left for the next one. */
export function renewalOf({ from, until }: { readonly from: Date; readonly until: Date }): Date {
  return new Date(from.getTime() + (until.getTime() - from.getTime()) / 3)
}

/** Whether so little is left that somebody has to act: less than 60 days, or than a third of a short life. */
export function isRunningOut({ from, until }: { readonly from: Date; readonly until: Date }, now: Date): boolean {
  const left = until.getTime() - now.getTime()
  return left < Math.min(60 * day, (until.getTime() - from.getTime()) / 3)
}

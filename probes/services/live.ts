import type { Answer, LiveProcess } from "./manager.ts"

/** Parses the `live` lines of an answer. */
export function parseLive(answer: Answer): LiveProcess | undefined {
  const [pid, startMark, ...times] = (answer.one("live") ?? "").split(" ")
  if (!pid || !startMark) return undefined
  const flags = answer.all("flag").filter((value) => value !== "")
  return {
    id: `${pid} ${startMark}`,
    pid: Number(pid),
    started: computeStart(startMark, times),
    hasEnvironment: answer.one("seen") !== undefined,
    tokens: [...flags, ...answer.all("variable").filter((value) => value !== "")],
    ...(flags.length > 0 ? { isFlag: true } : {}),
  }
}

/** Computes the start time from ticks since boot, ticks a second, uptime and clock; without /proc from the elapsed time and clock. */
function computeStart(startMark: string, times: readonly string[]): number {
  if (times.length === 2) return Number(times[1]) - parseElapsed(times[0] ?? "")
  const [hertz, uptime, now] = times.map(Number) as [number, number, number]
  return now - (uptime - Number(startMark) / hertz)
}

/** Parses the elapsed time of `ps`, `[[days-]hours:]minutes:seconds`, to seconds. */
export function parseElapsed(text: string): number {
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text) ?? []
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
}

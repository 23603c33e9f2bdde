import type { Answer, Live } from "./manager.ts"

/** What a look's `live` said of the process. */
export function liveIn(answer: Answer): Live | undefined {
  const [pid, begun, ...times] = (answer.one("live") ?? "").split(" ")
  if (!pid || !begun) return undefined
  const flags = answer.all("flag").filter((value) => value !== "")
  return {
    id: `${pid} ${begun}`,
    pid: Number(pid),
    started: startedAt(begun, times),
    seen: answer.one("seen") !== undefined,
    tokens: [...flags, ...answer.all("variable").filter((value) => value !== "")],
    ...(flags.length > 0 ? { isFlag: true } : {}),
  }
}

/** From ticks since boot, ticks a second, uptime and clock; or, without /proc, from the elapsed time and clock. */
function startedAt(begun: string, times: readonly string[]): number {
  if (times.length === 2) return Number(times[1]) - elapsed(times[0] ?? "")
  const [hertz, uptime, now] = times.map(Number) as [number, number, number]
  return now - (uptime - Number(begun) / hertz)
}

/** Seconds of `ps`'s `[[days-]hours:]minutes:seconds`. */
export function elapsed(text: string): number {
  const [, days = 0, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)$/.exec(text) ?? []
  return ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)
}

/** Formats `2026-11-25 12:01 UTC`; another machine's time may be invalid. @param time milliseconds since 1970 */
export function formatMinute(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? "an unknown time" : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`
}

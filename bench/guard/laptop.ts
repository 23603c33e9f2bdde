import { once } from "node:events"
import { managed } from "../../test/support/engine/managed.ts"
import { type Haproxy, startHaproxy } from "../../test/support/proxies/haproxy.ts"
import { part } from "../ending.ts"
import { daysAhead } from "./clock.ts"
import { atLeast, type Expectations, exactly, type Result } from "./expected.ts"
import { type Live, openLive } from "./live.ts"
import { nextRun } from "./next-run.ts"
import type { Sidecar } from "./site.ts"

export const laptopExpected: Expectations = {
  laptop_off_days: atLeast(240),
  laptop_refused_on_day: exactly(366),
  laptop_refusals_explained: exactly(1),
}

const days = [0, 120, 240, 300, 364]
const tooLate = 366

/** Days without an `up`: HAProxy and the provider that looks have their clocks moved, and nothing else changes. */
export async function laptop(): Promise<Result> {
  const live = await openLive()
  const sidecar = await live.sidecar("tw")
  let most = -1
  for (const day of days) {
    const { verdict } = await part(() => lookOn(day, live, sidecar))
    console.log(`laptop: after ${day} days: ${verdict}`)
    if (verdict !== "accepted") break
    most = day
  }
  const { verdict, told } = await part(() => lookOn(tooLate, live, sidecar))
  console.log(`laptop: after ${tooLate} days: ${verdict}; the preview: ${told}`)
  // One sentence that names the layer and the reason; what mends it follows.
  const isExplained = /certificate.*(?:expired|not accept)/i.test(verdict) && !verdict.includes(". ")
  return {
    laptop_off_days: most,
    laptop_refused_on_day: verdict === "accepted" ? 0 : tooLate,
    laptop_refusals_explained: isExplained && told.includes(verdict) ? 1 : 0,
  }
}

/** What a plain preview says of the node's way on that day. */
async function lookOn(day: number, live: Live, sidecar: Sidecar): Promise<{ verdict: string; told: string }> {
  const clock = daysAhead(day)
  const running = [
    await startHaproxy(live.guard.folder, undefined, clock),
    await startHaproxy(sidecar.folder, undefined, clock),
  ]
  const { plugin } = await nextRun(live.authority, clock)
  const access = managed(plugin, "Access", "tw access")
  const guard = { address: "127.0.0.1", port: live.port, name: "studio.test" }
  const inputs = {
    host: "local",
    port: sidecar.port,
    name: "tw",
    gateway: "studio",
    guard,
    authority: live.authority.state?.id ?? "",
  }
  const checked = await access.checked(inputs)
  // As an `up` of the first day left it.
  access.state = { id: `local|${sidecar.port}`, inputs: checked, outputs: checked }
  await access.preview(inputs)
  await Promise.all(running.map(end))
  const told = plugin.messages.filter(({ ephemeral }) => !ephemeral).map(({ text }) => text)
  return { verdict: String(access.state?.outputs.verdict), told: told.join(" | ") }
}

/** Its ports are needed for the next day. */
async function end({ child }: Haproxy): Promise<void> {
  const ended = once(child, "exit")
  child.kill("SIGTERM")
  await ended
}

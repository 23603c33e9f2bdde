import { statSync } from "node:fs"
import { join } from "node:path"
import { files } from "../../proxies/guard.ts"
import { rounded } from "../figures.ts"
import { now } from "../rotation/client.ts"
import { type Expectations, exactly, type Result, within } from "./expected.ts"
import { knockBy, type LiveNode, openLive, startLiveNode, wait } from "./live.ts"
import { nextRun } from "./next-run.ts"

export const switchesExpected: Expectations = {
  "switch_s.guard": within(1),
  "switch_s.gateway": within(1),
  "switch_s.back_in": exactly(0),
}

/** Either switch alone ends a real node's connection and keeps it out: the guard's list, or the gateway's device. */
export async function switches(): Promise<Result> {
  const live = await openLive()
  const node = await startLiveNode(live)
  let backIn = 0

  console.log("switches: the guard's")
  const guard = await timed(node, async () => {
    await live.up([{ name: "n2" }])
    return statSync(join(live.guard.folder, files.configuration)).ctimeMs
  })
  // The device is paired all the while.
  if ((await knockBy(node.sidecar.port)).kind !== "proxy") backIn++
  const before = node.connects()
  await live.up([{ name: "tw" }])
  await wait(() => node.connects() > before, "the node does not come back to the guard that lists it")

  const [again, length] = [node.connects(), node.log().length]
  const { plugin, take } = await nextRun(live.authority)
  const pairing = take(node.pairing)
  console.log("switches: the gateway's")
  const gateway = await timed(node, async () => {
    const begun = now()
    await pairing.destroy(plugin)
    return begun
  })
  // The guard lists it all the while.
  if ((await knockBy(node.sidecar.port)).kind !== "accepted") throw new Error("the guard does not let the node in")
  await wait(() => /pairing required/i.test(node.log().slice(length)), "the node is not asked for its pairing")
  if (node.connects() > again) backIn++
  return { switch_s: { guard: rounded(guard), gateway: rounded(gateway), back_in: backIn } }
}

/** Turns a switch, which returns when it began. @returns seconds until the node has lost its connection */
async function timed(node: LiveNode, turn: () => Promise<number>): Promise<number> {
  const length = node.log().length
  let lost = Number.NaN
  const losing = wait(() => /closed|disconnect/i.test(node.log().slice(length)), "the node keeps its connection").then(
    () => {
      lost = now()
    },
  )
  const [begun] = await Promise.all([turn(), losing])
  return (lost - begun) / 1000
}

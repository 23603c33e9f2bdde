import { execFileSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { readProcessStart } from "../../processes/process-start.ts"
import { parseConfig } from "../../stacks/config.ts"
import { withLive } from "../../tools/live-fleet.ts"
import { freePort, listens } from "../support/products/listener.ts"
import { checkout, root } from "./checkout.ts"

test("the demo's fleet is the dev stack with one gateway and one node more, on the port", () => {
  const dev = readFileSync(join(root, "Pulumi.dev.yaml"), "utf8")
  const config = (text: string) =>
    parseConfig(Object.fromEntries(Object.entries(parse(text).config).map(([key, value]) => [key.slice(8), value])))
  const [before, after] = [config(dev), config(withLive(dev, 4711))]
  if (!("config" in before && "config" in after)) throw new Error(JSON.stringify([before, after]))
  const { live, ...gateways } = after.config.gateways
  const { "live-node": node, ...nodes } = after.config.nodes ?? {}
  expect({ ...after.config, gateways, nodes }).toEqual(before.config)
  expect([live?.port, live?.manager, node?.manager]).toEqual([4711, "process", "process"])
  expect(node?.program?.command).toContain("4711")
})

test("demo-stop ends what the sandbox's pid files name, and nobody else", async () => {
  const tree = checkout(["node"])
  const folder = tree.at(".sandbox/live/.local/state/gatekey")
  mkdirSync(folder, { recursive: true })
  const ours = await listens(await freePort())
  const others = await listens(await freePort())
  writeFileSync(join(folder, "ours.pid"), `${ours.pid} ${await readProcessStart(ours.pid)}\n`)
  writeFileSync(join(folder, "others.pid"), `${others.pid} 1\n`)
  const stop = () => execFileSync(tree.at("tools/demo-stop.sh"), { encoding: "utf8" })
  expect(stop()).toBe(`demo-stop: ours has ended (process ${ours.pid})\n`)
  await ours.ended()
  expect([others.child.exitCode, others.child.signalCode]).toEqual([null, null])
  expect(stop()).toBe("demo-stop: nothing of the sandbox runs\n")
})

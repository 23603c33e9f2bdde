import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { runLocally } from "../../../hosts/run.ts"
import { gatewaysIn, ownersIn } from "../../../probes/listeners/owner.ts"
import { ancestry } from "../../../probes/listeners/processes.ts"
import { read } from "../../../probes/listeners/read.ts"
import { portScript } from "../../../probes/listeners/script.ts"
import { answerIn } from "../../../probes/services/script.ts"
import { productNames } from "../../../products/product.ts"
import {
  connected,
  type Gateway,
  noProduct,
  type RunningNode,
  startGateway,
  startNode,
} from "../../support/products/gateway.ts"

const patient = { timeout: 400_000 }

async function look(port: number) {
  const { script, args } = portScript(port, undefined)
  const answer = answerIn((await runLocally(script, { args })).stdout)
  if (!answer) throw new Error("no answer")
  return read(answer, port, undefined)
}

describe.each(productNames)("a real gateway of %s", (product) => {
  const missing = noProduct(product)

  describe.skipIf(missing)(`[${missing ?? "installed"}]`, patient, () => {
    let gateway: Gateway
    beforeAll(async () => {
      gateway = await startGateway(product)
    }, patient.timeout)
    afterAll(() => gateway?.stop())

    test("is known by what it calls itself, and its token is nowhere in what was seen", async () => {
      const snapshot = await look(gateway.port)
      const [owner, ...more] = ownersIn(snapshot)
      expect([owner, more]).toMatchObject([{ process: { program: "node", gateway: product } }, []])
      expect(gatewaysIn(snapshot)).toContainEqual(owner)
      // clawdbot's launcher starts the gateway as its child.
      const pid = owner?.kind === "process" ? owner.process.pid : 0
      expect([...ancestry(pid, snapshot.processes)]).toContain(gateway.pid)
      expect(JSON.stringify([...snapshot.processes.values()])).not.toContain(gateway.token)
    })

    if (product === "openclaw")
      test("is not what a command is that asks it, which has the same title", async () => {
        let isAsked = true
        const asked = gateway.ask("gateway", "health").catch(() => {})
        void asked.then(() => {
          isAsked = false
        })
        const commands = new Set<number>()
        while (isAsked) {
          const snapshot = await look(gateway.port)
          // Others may have gateways on this machine.
          const isOurs = (pid: number) => [...ancestry(pid, snapshot.processes)].includes(process.pid)
          const pids = gatewaysIn(snapshot).flatMap((owner) => (owner.kind === "process" ? [owner.process.pid] : []))
          expect(pids.filter(isOurs)).toEqual([gateway.pid])
          const titled = [...snapshot.processes.values()].filter((each) => each.gateway && isOurs(each.pid))
          for (const { pid } of titled) if (pid !== gateway.pid) commands.add(pid)
        }
        expect(commands.size).toBeGreaterThan(0)
      })
  })
})

const missing = noProduct("openclaw")
describe.skipIf(missing)(`a real node [${missing ?? "installed"}]`, patient, () => {
  let gateway: Gateway
  let node: RunningNode
  beforeAll(async () => {
    gateway = await startGateway()
    node = startNode(gateway, "tw")
  }, patient.timeout)
  afterAll(async () => {
    await node?.stop()
    await gateway?.stop()
  })

  test("connects, is approved, and is no gateway", async () => {
    expect(await connected(gateway, "tw")).toMatchObject({ displayName: "tw", connected: true })
    await gateway.approve()
    expect(await gateway.request("node.pair.list")).toMatchObject({ pending: [] })
    const pids = gatewaysIn(await look(gateway.port)).map((owner) => owner.kind === "process" && owner.process.pid)
    expect(pids).toContain(gateway.pid)
    expect(pids).not.toContain(node.pid)
  })
})

import { setTimeout as pause } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { runScriptLocally } from "../../../hosts/run.ts"
import { listGateways, listOwners } from "../../../probes/listeners/owner.ts"
import { parsePortSnapshot } from "../../../probes/listeners/parse.ts"
import { listAncestors } from "../../../probes/listeners/processes.ts"
import { portScript } from "../../../probes/listeners/script.ts"
import { parseTaggedAnswer } from "../../../probes/services/script.ts"
import { productNames } from "../../../products/product.ts"
import { connected, type Gateway, noProduct, startGateway, startNode } from "../../support/products/gateway.ts"

const patient = { timeout: 400_000 }

async function look(port: number) {
  const { script, args } = portScript(port, undefined)
  const answer = parseTaggedAnswer((await runScriptLocally(script, { args })).stdout)
  if (!answer) throw new Error("no answer")
  return parsePortSnapshot(answer, port, undefined)
}

describe.each(productNames)("a real gateway of %s", (product) => {
  const missing = noProduct(product)

  describe.skipIf(missing)(`[${missing ?? "installed"}]`, patient, () => {
    let gateway: Gateway
    beforeAll(async () => {
      gateway = await startGateway(product)
    }, patient.timeout)
    afterAll(() => gateway?.stop())

    test("is recognised by its title, and the snapshot does not contain its token", async () => {
      const snapshot = await look(gateway.port)
      const [owner, ...more] = listOwners(snapshot)
      expect([owner, more]).toMatchObject([{ process: { program: "node", gateway: product } }, []])
      expect(listGateways(snapshot)).toContainEqual(owner)
      // clawdbot's launcher starts the gateway as its child.
      const pid = owner?.kind === "process" ? owner.process.pid : 0
      expect([...listAncestors(pid, snapshot.processes)]).toContain(gateway.pid)
      expect(JSON.stringify([...snapshot.processes.values()])).not.toContain(gateway.token)
    })

    if (product === "openclaw")
      test("is not confused with a client command of the same title", async () => {
        let isAsked = true
        const asked = gateway.ask("gateway", "health").catch(() => {})
        void asked.then(() => {
          isAsked = false
        })
        const commands = new Set<number>()
        while (isAsked) {
          const snapshot = await look(gateway.port)
          // Others may have gateways on this machine.
          const isOurs = (pid: number) => [...listAncestors(pid, snapshot.processes)].includes(process.pid)
          const pids = listGateways(snapshot).flatMap((owner) => (owner.kind === "process" ? [owner.process.pid] : []))
          expect(pids.filter(isOurs)).toEqual([gateway.pid])
          const titled = [...snapshot.processes.values()].filter((each) => each.gateway && isOurs(each.pid))
          for (const { pid } of titled) if (pid !== gateway.pid) commands.add(pid)
          // A look starts programs, and the command has seconds to be seen in.
          await pause(200)
        }
        expect(commands.size).toBeGreaterThan(0)
      })

    if (product === "openclaw")
      test("accepts a node that connects, is approved, and is not a gateway", async () => {
        const node = startNode(gateway, "tw")
        onTestFinished(() => node.stop())
        expect(await connected(gateway, "tw")).toMatchObject({ displayName: "tw", connected: true })
        await gateway.approve()
        expect(await gateway.request("node.pair.list")).toMatchObject({ pending: [] })
        const owners = listGateways(await look(gateway.port))
        const pids = owners.map((owner) => owner.kind === "process" && owner.process.pid)
        expect(pids).toContain(gateway.pid)
        expect(pids).not.toContain(node.pid)
      })
  })
})

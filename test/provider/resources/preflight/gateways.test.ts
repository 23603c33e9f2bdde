import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { managed } from "../../../support/engine/managed.ts"
import { startPlugin } from "../../../support/engine/plugin.ts"
import { type Raw, revealed } from "../../../support/engine/wire.ts"
import { folder } from "../../../support/hosts/machine.ts"
import { wireDouble } from "../../../support/products/wire-double.ts"

/** A Token in its second generation and the Preflight before it, then a run of its own for what comes next. */
async function fleet(port: number) {
  const first = await startPlugin()
  const [token, preflight] = [managed(first, "Token", "token"), managed(first, "Preflight", "preflight")]
  const place = join(folder(), "token")
  const at = (rotation: number, gateways: readonly Raw[] = [{ host: "local", port, product: "openclaw" }]): Raw => {
    return { rotation, hosts: { local: [place] }, gateways }
  }
  for (const rotation of [1, 2]) {
    await preflight.up(at(rotation, []))
    await token.up({ rotation })
  }
  await first.stop()
  const plugin = await startPlugin()
  onTestFinished(() => plugin.stop())
  const [now, before] = [managed(plugin, "Token", "token"), managed(plugin, "Preflight", "preflight")]
  now.state = token.state
  before.state = preflight.state && withGateways(preflight.state, at(1).gateways)
  await now.refresh()
  const { kept } = JSON.parse(revealed(token.state?.outputs.generations))
  const value = (generation: number) =>
    kept.find((each: { generation: number }) => each.generation === generation)?.value ?? ""
  return { before, at, value }
}

/** As the state knows gateways that are not new. */
function withGateways<S extends { inputs: Raw; outputs: Raw }>(state: S, gateways: unknown): S {
  return { ...state, inputs: { ...state.inputs, gateways }, outputs: { ...state.outputs, gateways } }
}

test.each([
  ["the present token", 2, 1],
  // As after a rotation that was cut off before the gateway took the new one.
  ["the token before it", 1, 2],
])("a rotation begins where the gateway takes %s", async (_, generation, tries) => {
  let right = ""
  const { port, shown } = await wireDouble((token) => token === right)
  const { before, at, value } = await fleet(port)
  right = value(generation)
  expect(await before.up(at(3))).toBe("update")
  expect(shown).toHaveLength(tries)
})

test("it does not begin where the gateway takes another one: preview and `up` say so, and try two at most", async () => {
  const { port, shown } = await wireDouble(() => false)
  const { before, at } = await fleet(port)
  const refused = `cannot rotate: some hosts cannot be updated; nothing was changed. the gateway at port ${port} of local: refused: AUTH_TOKEN_MISMATCH; it accepts another token than the current one: first run \`pulumi up\` with the previous number`
  await expect(before.preview(at(3))).rejects.toThrow(refused)
  await expect(before.up(at(3))).rejects.toThrow(refused)
  expect(shown).toHaveLength(2)
  expect((await before.preview(at(2))).step).toBe("same")
})

test("nor where something else has its port; where nobody has it, the gateway finds the token when it starts", async () => {
  const web = createServer((_, answer) => answer.writeHead(200, { Server: "nginx" }).end())
  await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve))
  const { port } = web.address() as AddressInfo
  const { before, at } = await fleet(port)
  await expect(before.up(at(3))).rejects.toThrow(
    `the gateway at port ${port} of local: not a gateway: HTTP 200 from nginx`,
  )
  await new Promise((closed) => web.close(closed))
  const other = await fleet(port)
  expect(await other.before.up(other.at(3))).toBe("update")
})

import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import type { ProxyClient } from "../../proxies/client.ts"
import { files, gatewayMap } from "../../proxies/guard.ts"
import { createDevice, type Visit } from "../support/products/device.ts"
import { noProduct, startGateway } from "../support/products/gateway.ts"
import { startGuard } from "../support/proxies/guarded.ts"
import { noHaproxy } from "../support/proxies/haproxy.ts"
import { pki } from "../support/proxies/pki.ts"
import { strong } from "../support/tokens.ts"

const missing = noHaproxy ?? noProduct("openclaw")
const clients: readonly ProxyClient[] = [{ name: "tw", generation: 1, role: "node" }]
/** More than openclaw allows from one address before it locks it out. */
const attempts = 12

test.skipIf(missing)(
  `a guard in front of an openclaw of mode token lets in paired devices without an address, and approves and locks out nobody${missing ? ` (${missing})` : ""}`,
  async () => {
    const nodes = { pairing: { autoApproveLocal: false, sshVerify: false } }
    const gateway = await startGateway("openclaw", strong(), false, { nodes, controlUi: { enabled: false } })
    onTestFinished(() => gateway.stop())
    const { token } = gateway
    const own = await pki()
    const shown = { guard: await own.make({ name: "studio", role: "guard", names: ["studio.test"] }) }
    const guard = await startGuard({ own, shown, clients, header: "x-gk-1", gateway: gateway.port })
    const { certificate: cert, key } = await own.make({ name: "tw" })
    const ca = own.authority.certificate
    const byGuard = async (device: ReturnType<typeof createDevice>, more: Partial<Visit>) => {
      const { socket, ...answer } = await device.visit({ url: `wss://127.0.0.1:${guard.port}`, ca, cert, key, ...more })
      socket.terminate()
      return answer
    }

    const tw = createDevice("node")
    // What has the address of a client is refused, whatever else it has.
    expect(await byGuard(tw, { token })).toMatchObject({ result: "403" })
    writeFileSync(join(guard.folder, files.gateway), gatewayMap("plain"))
    for (const worker of await guard.workers()) await guard.ask(`@!${worker} add map ${files.gateway} gateway plain`)

    expect(await byGuard(tw, { token })).toMatchObject({ result: "PAIRING_REQUIRED" })
    const { pending } = await gateway.request<{ pending: { deviceId: string; requestId: string }[] }>(
      "device.pair.list",
    )
    expect(pending).toHaveLength(1)
    await gateway.request("device.pair.approve", { requestId: pending[0]?.requestId })
    const { deviceToken = "none", ...first } = await byGuard(tw, { token })
    expect(first).toMatchObject({ result: "accepted" })
    expect(await byGuard(tw, { deviceToken })).toMatchObject({ result: "accepted" })

    // A stranger with the certificate, or with the sidecar's port: without a token, with another's, and with the gateway's.
    expect(await byGuard(createDevice("node"), {})).toMatchObject({ result: "AUTH_TOKEN_MISSING" })
    expect(await byGuard(createDevice("node"), { deviceToken })).toMatchObject({ result: "AUTH_DEVICE_TOKEN_MISMATCH" })
    const operator = createDevice("operator", ["operator.read"])
    expect(await byGuard(operator, { token })).toMatchObject({ result: "PAIRING_REQUIRED" })

    const stranger = createDevice("node")
    const tries = [{ token: strong() }, { deviceToken: strong() }].flatMap((each) => Array(attempts).fill(each))
    const refused = await Promise.all(tries.map((each) => byGuard(stranger, each)))
    expect(new Set(refused.map(({ result }) => result))).toEqual(
      new Set(["AUTH_TOKEN_MISMATCH", "AUTH_DEVICE_TOKEN_MISMATCH"]),
    )
    expect(await byGuard(tw, { deviceToken })).toMatchObject({ result: "accepted" })
  },
  600_000,
)

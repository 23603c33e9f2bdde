import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { files as clientFiles, minterProgram } from "../../probes/keys/minter.ts"
import { clientsMap, type ProxyClient } from "../../proxies/client.ts"
import { files, guardConfiguration } from "../../proxies/guard.ts"
import { keyFiles } from "../../proxies/keys.ts"
import { folder } from "../support/hosts/machine.ts"
import { noProduct } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"
import { startTrusting } from "../support/products/trusting-gateway.ts"
import { keyPair } from "../support/proxies/bearer.ts"
import { noHaproxy, startHaproxy } from "../support/proxies/haproxy.ts"
import { filesWithTokens, operatorCommand } from "../support/proxies/operator.ts"
import { pki } from "../support/proxies/pki.ts"

const missing = noHaproxy ?? noProduct("openclaw")
const header = "5f".repeat(32)
/** Seconds: each start of openclaw takes longer. */
const life = 2

test.skipIf(missing)(
  `openclaw's own command line asks a gateway behind a guard by a fresh token for each call, and none lies on a disk${missing ? ` (${missing})` : ""}`,
  async () => {
    const pair = keyPair()
    const laptop: ProxyClient = {
      name: "laptop",
      generation: 1,
      role: "client",
      auth: "jwt",
      key: pair.publicKey,
      scopes: ["operator.read"],
    }
    const clients = [laptop]
    const own = await pki()
    const { home, port } = await startTrusting(header, { "client:laptop": ["operator.read"] })
    const guarded = await freePort()

    const guard = folder()
    mkdirSync(join(guard, "keys"))
    const { pem } = await own.make({ name: "studio", role: "guard", names: ["127.0.0.1"] })
    const bearer = { domain: "home", audience: "studio" }
    const settings = { address: "127.0.0.1", port: guarded, gateway: port, digest: "0", header, clients, bearer }
    const texts = [
      [files.certificate, pem],
      [files.authority, own.authority.certificate],
      [files.clients, clientsMap(clients)],
      ...keyFiles(clients),
    ] as const
    for (const [name, text] of texts) writeFileSync(join(guard, name), text)
    const { log, ask, workers } = await startHaproxy(guard, guardConfiguration(settings))

    const operator = folder()
    const at = join(operator, "laptop")
    mkdirSync(at, { mode: 0o700 })
    writeFileSync(join(at, clientFiles.key), pair.key, { mode: 0o600 })
    writeFileSync(join(at, clientFiles.minter), minterProgram({ ...bearer, name: "laptop", generation: 1 }), {
      mode: 0o700,
    })
    const nodesStatus = operatorCommand({
      home: operator,
      program: join(at, clientFiles.minter),
      guard: { port: guarded, authority: join(guard, files.authority) },
      life,
    })

    const begun = Date.now()
    let calls = 0
    do {
      expect(await nodesStatus()).toHaveProperty("nodes")
      calls++
    } while (calls < 3 || Date.now() - begun < 2000 * life)
    const accepted = () => log.filter((line) => line.includes('"id":"client:laptop"')).length
    await expect.poll(accepted, { timeout: 60_000 }).toBeGreaterThanOrEqual(calls)
    expect(log.join("\n")).not.toMatch(/"why":"[a-z]/)
    for (const at of [operator, guard, home]) expect(filesWithTokens(at)).toEqual([])

    await Promise.all((await workers()).map((worker) => ask(`@!${worker} del map clients.map laptop.g1`)))
    await expect(nodesStatus()).rejects.toThrow()
    await expect.poll(() => log.join("\n"), { timeout: 60_000 }).toContain('"why":"unknown-client","status":401')
  },
)

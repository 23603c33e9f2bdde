import { execFile } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, test } from "vitest"
import { files as clientFiles, minterProgram } from "../../probes/keys/minter.ts"
import { clientsMap, type ProxyClient } from "../../proxies/client.ts"
import { files, guardConfiguration } from "../../proxies/guard.ts"
import { keyFiles } from "../../proxies/keys.ts"
import { folder } from "../support/hosts/machine.ts"
import { commandOf, environmentOf, noProduct, shareCompiled } from "../support/products/gateway.ts"
import { freePort } from "../support/products/listener.ts"
import { startTrusting } from "../support/products/trusting-gateway.ts"
import { keyPair } from "../support/proxies/bearer.ts"
import { noHaproxy, startHaproxy } from "../support/proxies/haproxy.ts"
import { pki } from "../support/proxies/pki.ts"

const missing = noHaproxy ?? noProduct("openclaw")
const header = "5f".repeat(32)
/** Seconds: each start of openclaw takes longer. */
const life = 2

test.skipIf(missing)(
  `openclaw's own command line asks a gateway behind a guard by a fresh token for each call, and none lies on a disk${missing ? ` (${missing})` : ""}`,
  async () => {
    const pair = keyPair()
    const laptop: ProxyClient = { name: "laptop", generation: 1, role: "client", auth: "jwt", key: pair.publicKey }
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
    mkdirSync(join(operator, "tmp"))
    mkdirSync(join(operator, ".openclaw"), { mode: 0o700 })
    writeFileSync(join(at, clientFiles.key), pair.key, { mode: 0o600 })
    writeFileSync(join(at, clientFiles.minter), minterProgram({ ...bearer, name: "laptop", generation: 1 }), {
      mode: 0o700,
    })
    const exec = {
      source: "exec",
      command: join(at, clientFiles.minter),
      args: ["--bearer", "--lifetime", String(life)],
      jsonOnly: false,
      timeoutMs: 20_000,
    }
    const remote = {
      url: `wss://127.0.0.1:${guarded}`,
      token: "a guard asks for no token",
      edgeAuth: { Authorization: { source: "exec", provider: "jwt", id: "token" } },
    }
    const config = { secrets: { providers: { jwt: exec } }, gateway: { mode: "remote", remote } }
    writeFileSync(join(operator, ".openclaw/openclaw.json"), JSON.stringify(config), { mode: 0o600 })
    const ca = join(guard, files.authority)
    const nodesStatus = async () => {
      const [program = "", ...words] = commandOf("openclaw", "nodes", "status", "--json", "--timeout", "120000")
      shareCompiled(operator)
      const env = { ...environmentOf("openclaw", operator), SHELL: "/bin/sh", NODE_EXTRA_CA_CERTS: ca }
      return promisify(execFile)(program, words, { cwd: operator, env, timeout: 240_000 })
    }

    const begun = Date.now()
    let calls = 0
    do {
      const { stdout } = await nodesStatus()
      expect(JSON.parse(stdout.slice(stdout.indexOf("{")))).toHaveProperty("nodes")
      calls++
    } while (calls < 3 || Date.now() - begun < 2000 * life)
    const accepted = () => log.filter((line) => line.includes('"id":"client:laptop"')).length
    await expect.poll(accepted, { timeout: 60_000 }).toBeGreaterThanOrEqual(calls)
    expect(log.join("\n")).not.toMatch(/"why":"[a-z]/)
    for (const at of [operator, guard, home]) expect(filesWith(at, /eyJ[\w-]+\.[\w-]+\.[\w-]{86}/)).toEqual([])

    await Promise.all((await workers()).map((worker) => ask(`@!${worker} del map clients.map laptop.g1`)))
    await expect(nodesStatus()).rejects.toThrow()
    await expect.poll(() => log.join("\n"), { timeout: 60_000 }).toContain('"why":"unknown-client","status":401')
  },
)

/** The files below a folder whose text matches. */
function filesWith(folder: string, pattern: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() && pattern.test(readFileSync(file, "utf8")))
}

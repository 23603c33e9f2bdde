import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { files as guardFiles } from "../../../proxies/guard.ts"
import { bound } from "../../support/engine/managed.ts"
import type { Raw } from "../../support/engine/wire.ts"
import type { Operation, Scene } from "../scene.ts"
import { layFolder, makeResource } from "../stage.ts"
import { operations, variable } from "./placements.ts"

/** What each home keeps of the rotations. */
function receipt(operation: Operation): Scene {
  return {
    ...{ name: "Receipt", type: "Receipt", operation },
    async prepare(world) {
      const { folder, remove } = layFolder({})
      const markers = ["one", "two"].map((home) => join(folder, home, ".local/state/gatekey/gatekey.home.json"))
      const at = (generation: number): Raw => ({
        ...{ stack: "gatekey/home", generation, highest: generation, markers: { local: markers }, places: 2 },
      })
      const one = await makeResource(world, "Receipt", operation, at(1))
      return { folder, one, news: at(operation === "update" ? 2 : 1), remove }
    },
  }
}

const config = `// mine\n{\n  gateway: { mode: "local", port: 1, bind: "loopback", auth: { mode: "token", token: "" } },\n}\n`

/** The config of a gateway that does not run. */
function trustedProxy(operation: Operation): Scene {
  return {
    ...{ name: "TrustedProxy", type: "TrustedProxy", operation },
    async prepare(world) {
      const { folder, remove } = layFolder({ ".openclaw/openclaw.json": config })
      const trust = (...names: readonly string[]): Raw => ({
        ...{ host: "local", config: join(folder, ".openclaw/openclaw.json"), port: 1, name: "studio", header: 1 },
        ...{ authority: world.authority.state?.id, closed: false },
        identities: names.map((name) => ({ identity: `node:${name}` })),
      })
      const one = await makeResource(world, "TrustedProxy", operation, trust("tw"))
      return { folder, one, news: operation === "update" ? trust("tw", "mini") : trust("tw"), remove }
    },
  }
}

/** The files of a guard that does not run. */
function haproxy(operation: Operation): Scene {
  return {
    ...{ name: "Haproxy", type: "Haproxy", operation },
    async prepare(world) {
      const { folder, remove } = layFolder({})
      const at = join(folder, "guard")
      const signed = { authority: world.authority.state?.id, host: "local" }
      const own = await makeResource(world, "Certificate", "create", {})
      const path = join(at, guardFiles.certificate)
      await own.up({ ...signed, path, name: "studio", role: "guard", names: ["studio.test"] })
      const guard = (...names: readonly string[]): Raw => ({
        ...{ ...signed, folder: at, digest: own.state?.outputs.digest, header: 1 },
        guard: { address: "127.0.0.1", port: 2, gateway: 1 },
        clients: names.map((name) => ({ name })),
      })
      const one = await makeResource(world, "Haproxy", operation, guard("tw"))
      return { folder, one, news: operation === "update" ? guard("tw", "mini") : guard("tw"), remove }
    },
  }
}

/** A process without a service manager, which runs with the token. */
function service(operation: Operation): Scene {
  return {
    ...{ name: "Service", type: "Service", operation },
    async prepare(world) {
      const laid = layFolder({})
      const [{ folder }, base] = [laid, join(laid.folder, "gatekey-node")]
      const running = (seconds: number): Raw => ({
        ...{ manager: "process", name: "gatekey-node", path: `${base}.sh`, variable, ...bound(world.token) },
        program: { command: ["/bin/sleep", `${seconds}`], folder, restartDelay: 1 },
      })
      const one = await makeResource(world, "Service", operation, running(1000))
      const idIn = (file: string) => (existsSync(file) ? readFileSync(file, "utf8").split(" ")[0] : undefined)
      return {
        ...{ folder, one, ignores: /^gatekey-node\.(?!sh$)/ },
        news: running(operation === "update" ? 1001 : 1000),
        async check() {
          const count = () =>
            execFileSync("ps", ["-eo", "args="], { encoding: "utf8" })
              .split("\n")
              .filter((line) => line.endsWith(`sh ${base}.sh`)).length
          const wanted = operation === "delete" ? 0 : 1
          // One that came late waits for the lock, and ends.
          for (let left = 50; left > 0 && count() !== wanted; left--) await sleep(200)
          return count() === wanted ? [] : [`${count()} supervisors run; expected ${wanted}`]
        },
        async remove() {
          const supervisor = idIn(`${base}.pid`)
          if (supervisor) execFileSync("sh", ["-c", `kill ${Number(supervisor)} 2>/dev/null || true`])
          for (let tries = 0; existsSync(`${base}.pid`) && tries < 100; tries++) await sleep(50)
          laid.remove()
        },
      }
    },
  }
}

/** What a gateway, a node and a guard have beside the token's places. */
export const members: readonly Scene[] = [
  ...operations.flatMap((operation) => [receipt, haproxy, service].map((make) => make(operation))),
  // A destroyed trust leaves the gateway as it is.
  ...(["create", "update"] as const).map(trustedProxy),
]

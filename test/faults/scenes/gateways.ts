import { readFileSync } from "node:fs"
import { join } from "node:path"
import { bound } from "../../support/engine/managed.ts"
import type { Raw } from "../../support/engine/wire.ts"
import { type Gateway, moods, startGateway } from "../moody-gateway.ts"
import type { Operation, Scene, Stage, World } from "../scene.ts"
import { layFolder, makeResource } from "../stage.ts"
import { formats, placementIn } from "./placements.ts"

const [config] = formats.json5

/** The token that the config of the scene's gateway has. */
function tokenIn(folder: string): unknown {
  const [, token] = /"?token"?:\s*"([^"]*)"/.exec(readFileSync(join(folder, config), "utf8")) ?? []
  return token
}

/** A gateway that takes what its config holds, as it watches it. */
async function siteOf(world: World, generation: 1 | 2) {
  const token = world.values[generation - 1]
  const text = `// mine\n{ gateway: { mode: "local", auth: { mode: "token", token: "${token}" } } }\n`
  const { folder, remove } = layFolder({ [config]: text })
  const gateway = await startGateway(() => tokenIn(folder))
  return {
    folder,
    gateway,
    remove: async () => {
      await gateway.stop()
      remove()
    },
  }
}

function conditionsOf(gateway: Gateway): ReturnType<NonNullable<Stage["conditions"]>> {
  return moods.map((mood) => ({
    name: `the gateway ${mood}`,
    begin: () => gateway.be(mood),
  }))
}

/** The moment in which a gateway takes another token. */
function flip(operation: Exclude<Operation, "delete">): Scene {
  return {
    ...{ name: "Flip", type: "Flip", operation, needs: "gateway", isThorough: operation === "update" },
    async prepare(world) {
      const { folder, gateway, remove } = await siteOf(world, 1)
      const at = (generation: 1 | 2): Raw => ({
        ...placementIn(folder, "json5", world, generation),
        ...{ port: gateway.port, how: "watch" },
      })
      const one = await makeResource(world, "Flip", operation, at(1))
      const check = () => (tokenIn(folder) === world.values[1] ? [] : ["the gateway has another token in the end"])
      return { folder, one, news: at(2), ports: [gateway.port], conditions: () => conditionsOf(gateway), check, remove }
    },
  }
}

/** Those that only ask a gateway. */
function asks(
  type: "Handshake" | "Pairing" | "Preflight",
  inputs: (world: World, port: number, folder: string) => Raw,
  operation: Operation = "create",
): Scene {
  return {
    ...{ name: type, type, operation, needs: "gateway" },
    async prepare(world) {
      const { folder, gateway, remove } = await siteOf(world, 2)
      const news = inputs(world, gateway.port, folder)
      const one = await makeResource(world, type, operation, news)
      return { folder, one, news, ports: [gateway.port], conditions: () => conditionsOf(gateway), remove }
    },
  }
}

/** Who asks a gateway: it hangs, closes, lies, answers late, or restarts meanwhile. */
export const gateways: readonly Scene[] = [
  flip("create"),
  flip("update"),
  asks("Handshake", ({ token }, port) => ({ port, ...bound(token) })),
  asks("Pairing", ({ token }, port) => ({ port, declared: ["tw"], ...bound(token) })),
  asks("Preflight", (_, port, folder) => ({
    ...{ rotation: 2, hosts: { local: [join(folder, config)] } },
    gateways: [{ host: "local", port, product: "openclaw" }],
  })),
]

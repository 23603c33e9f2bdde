import { join } from "node:path"
import type { Raw } from "../../support/engine/wire.ts"
import type { Operation, Scene, World } from "../scene.ts"
import { layFolder, makeResource } from "../stage.ts"

type Inputs = (folder: string, world: World) => Raw

const inputs = {
  ClientKey: (folder, { authority }) => ({
    ...{ host: "local", folder: join(folder, "laptop"), authority: authority.state?.id },
    ...{ name: "laptop", audience: "studio" },
  }),
  Certificate: (folder, { authority }) => ({
    ...{ host: "local", path: join(folder, "tls/tw.pem"), authority: authority.state?.id, name: "tw" },
  }),
} satisfies Readonly<Record<string, Inputs>>

function scene(type: keyof typeof inputs, operation: Operation, changed: Raw = {}): Scene {
  return {
    ...{ name: type, type, operation },
    async prepare(world) {
      const { folder, remove } = layFolder({})
      const before = inputs[type](folder, world)
      const one = await makeResource(world, type, operation, before)
      return { folder, one, news: { ...before, ...changed }, remove }
    },
  }
}

/** A key that is made on its host, and what is signed for it. */
export const certificates: readonly Scene[] = [
  ...(["create", "delete"] as const).flatMap((operation) => [
    scene("ClientKey", operation),
    scene("Certificate", operation),
  ]),
  scene("Certificate", "update", { generation: 2 }),
]

import type { Properties } from "../../../provider/wire.ts"
import { type Client, inspected, patiently } from "./client.ts"
import type { Kind } from "./kind.ts"
import { labelsIn, labelWords } from "./labels.ts"

interface Volume {
  readonly Name: string
  readonly Labels: Record<string, string> | null
  readonly Driver: string
  readonly Options: Record<string, string> | null
  readonly Mountpoint: string
}

/** [tf] resource_docker_volume.go. Its name is its id; one that is there already is taken over without a word. */
export const volume: Kind = {
  traits: {
    name: { replaces: true, kept: true },
    labels: { replaces: true, set: true },
    driver: { replaces: true, kept: true },
    driverOpts: { replaces: true },
  },
  outputs: ["mountpoint"],
  deleteFirst: false,

  async create(client, inputs) {
    const options = Object.entries((inputs.driverOpts ?? {}) as Record<string, string>)
    const words = options.flatMap(([name, value]) => ["--opt", `${name}=${value}`])
    const driver = inputs.driver ? ["--driver", String(inputs.driver)] : []
    const id = await client.docker([
      "volume",
      "create",
      ...driver,
      ...words,
      ...labelWords(inputs),
      String(inputs.name),
    ])
    return { id, state: { ...inputs, ...(await look(client, id)) } }
  },

  async read(client, id, state) {
    const seen = await look(client, id)
    return seen && { id, state: { ...state, ...seen } }
  },

  async update() {},

  async delete(client, id) {
    await patiently(() => client.docker(["volume", "rm", "--force", id]), "volume is in use")
  },
}

async function look(client: Client, id: string): Promise<Properties | undefined> {
  const seen = await inspected<Volume>(client, "volume", id)
  if (!seen) return undefined
  return {
    name: seen.Name,
    labels: labelsIn(seen.Labels),
    driver: seen.Driver,
    driverOpts: seen.Options ?? {},
    mountpoint: seen.Mountpoint,
  }
}

import type { Properties } from "../../../provider/wire.ts"
import { type Client, inspected, patiently } from "./client.ts"
import type { Kind } from "./kind.ts"
import { labelsIn, labelWords } from "./labels.ts"

interface Network {
  readonly Name: string
  readonly Labels: Record<string, string> | null
  readonly Driver: string
  readonly Internal: boolean
  readonly Attachable: boolean
  readonly Scope: string
}

/** [tf] resource_docker_network.go, resource_docker_network_funcs.go. */
export const network: Kind = {
  traits: {
    name: { replaces: true },
    labels: { replaces: true, set: true },
    driver: { replaces: true, kept: true },
    internal: { replaces: true, kept: true },
    attachable: { replaces: true },
  },
  outputs: ["scope"],
  deleteFirst: false,

  async create(client, inputs) {
    const flags = ["internal", "attachable"].filter((name) => inputs[name]).map((name) => `--${name}`)
    const driver = inputs.driver ? ["--driver", String(inputs.driver)] : []
    const words = ["network", "create", ...driver, ...flags, ...labelWords(inputs), String(inputs.name)]
    const id = await client.docker(words).catch((error) => {
      throw new Error(`Unable to create network: ${error.message}`)
    })
    return { id, state: { ...inputs, ...(await look(client, id)) } }
  },

  async read(client, id, state) {
    const seen = await look(client, id)
    return seen && { id, state: { ...state, ...seen } }
  },

  async update() {},

  async delete(client, id) {
    if (!(await look(client, id))) return
    await patiently(() => client.docker(["network", "rm", id]), "has active endpoints")
  },
}

async function look(client: Client, id: string): Promise<Properties | undefined> {
  const seen = await inspected<Network>(client, "network", id)
  if (!seen) return undefined
  return {
    name: seen.Name,
    labels: labelsIn(seen.Labels),
    driver: seen.Driver,
    internal: seen.Internal,
    attachable: seen.Attachable,
    scope: seen.Scope,
  }
}

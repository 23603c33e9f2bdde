import { type Client, inspected } from "./client.ts"
import type { Kind } from "./kind.ts"

interface Image {
  readonly Id: string
  readonly RepoDigests: readonly string[] | null
}

/** [tf] resource_docker_image.go, resource_docker_image_funcs.go. */
export const image: Kind = {
  traits: {
    name: { replaces: true },
    keepLocally: {},
    forceRemove: {},
    pullTriggers: { replaces: true, set: true },
  },
  outputs: ["imageId", "repoDigest"],
  deleteFirst: false,

  async create(client, inputs) {
    const name = String(inputs.name)
    const found = await findImage(client, name).catch((error) => {
      throw new Error(`Unable to read Docker image into resource: ${error.message}`)
    })
    return existing(found, name, inputs)
  },

  async read(client, _id, state) {
    const name = String(state.name)
    const found = await inspected<Image>(client, "image", name)
    return found && existing(found, name, state)
  },

  async update(client, _id, _olds, news) {
    await findImage(client, String(news.name))
  },

  async delete(client, _id, { name, keepLocally, forceRemove }) {
    if (keepLocally || !(await inspected(client, "image", String(name)))) return
    await client.docker(["image", "rm", ...(forceRemove ? ["--force"] : []), String(name)]).catch((error) => {
      throw new Error(`Unable to remove Docker image: ${error.message}`)
    })
  },
}

/** An image that the host has is not pulled. */
export async function findImage(client: Client, name: string): Promise<Image> {
  const found = await inspected<Image>(client, "image", name)
  if (found) return found
  await client.docker(["pull", "--quiet", name]).catch((error) => {
    throw new Error(`unable to pull image ${name}: error pulling image ${name}: ${error.message}`)
  })
  const pulled = await inspected<Image>(client, "image", name)
  if (!pulled) throw new Error(`unable to find or pull image ${name}`)
  return pulled
}

function existing({ Id, RepoDigests }: Image, name: string, inputs: object) {
  return { id: `${Id}${name}`, state: { ...inputs, imageId: Id, repoDigest: RepoDigests?.[0] ?? "" } }
}

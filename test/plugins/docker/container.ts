import type { Properties } from "../../../provider/wire.ts"
import { type Client, inspected, unless } from "./client.ts"
import { type Inspected, seen } from "./container-snapshot.ts"
import { containerTraits } from "./container-traits.ts"
import { containerWords, environmentFile, restartPolicy } from "./container-words.ts"
import { findImage } from "./image.ts"
import { type Existing, HalfMade, type Kind } from "./kind.ts"

const gone = "No such container"

/** [tf] resource_docker_container.go, resource_docker_container_funcs.go. */
export const container: Kind = {
  traits: containerTraits,
  outputs: ["bridge", "exitCode", "hostname", "networkDatas"],
  // [pulumi] resources.go: `DeleteBeforeReplace`.
  deleteFirst: true,

  // `resourceDockerContainerCreate`: one that has the name already fails it; one that does not start is there all the same.
  async create(client, inputs) {
    const image = String(inputs.image)
    await findImage(client, image).catch((error) => {
      throw new Error(`Unable to create container with image ${image}: ${error.message}`)
    })
    const id = await client.docker(containerWords(inputs), environmentFile(inputs)).catch((error) => {
      throw new Error(`Unable to create container: ${error.message}`)
    })
    try {
      await join(client, id, inputs)
      if (inputs.start) await start(client, id)
    } catch (error) {
      throw new HalfMade(error instanceof Error ? error.message : String(error), { id, state: inputs })
    }
    return (await look(client, id, inputs)) ?? { id, state: inputs }
  },

  // `resourceDockerContainerRead`, `fetchDockerContainer`: it is looked for by its id alone.
  read: look,

  // `resourceDockerContainerUpdate`: starts what was stopped, as it is; changes limits and the restart policy in place.
  async update(client, id, olds, news) {
    if (!olds.mustRun && news.mustRun && news.start) await start(client, id)
    const changed = ["restart", "maxRetryCount", "memory"].some((name) => (olds[name] ?? 0) !== (news[name] ?? 0))
    if (!changed) return
    const memory = news.memory ? ["--memory", `${news.memory}m`] : []
    await client.docker(["update", "--restart", restartPolicy(news), ...memory, id]).catch((error) => {
      throw new Error(`Unable to update a container: ${error.message}`)
    })
  },

  // `resourceDockerContainerDelete`: one that is gone is no error; another one of its name is left alone. Without
  // `destroyGraceSeconds` it is killed at once.
  async delete(client, id, { destroyGraceSeconds = 0, removeVolumes }) {
    await unless(client.docker(["stop", "--time", String(destroyGraceSeconds), id]), gone)
    const volumes = removeVolumes ? ["--volumes"] : []
    await unless(client.docker(["rm", "--force", ...volumes, id]), gone, "is already in progress")
  },
}

async function look(client: Client, id: string, state: Properties): Promise<Existing | undefined> {
  const ids = await client.docker(["ps", "--all", "--no-trunc", "--format", "{{.ID}}"])
  if (!ids.split("\n").includes(id)) return undefined
  const found = await inspected<Inspected>(client, "container", id)
  return found && { id, state: seen(found, state) }
}

async function start(client: Client, id: string): Promise<void> {
  await client.docker(["start", id]).catch((error) => {
    throw new Error(`Unable to start container: ${error.message}`)
  })
}

/** Declared networks take the place of the default one. */
async function join(client: Client, id: string, { networksAdvanced = [] }: Properties): Promise<void> {
  const networks = networksAdvanced as { name: string; aliases?: string[] }[]
  if (networks.length > 0) {
    await unless(client.docker(["network", "disconnect", "bridge", id]), "is not connected to")
  }
  for (const { name, aliases = [] } of networks) {
    const words = aliases.flatMap((alias) => ["--alias", alias])
    await client.docker(["network", "connect", ...words, name, id]).catch((error) => {
      throw new Error(`Unable to connect to network '${name}': ${error.message}`)
    })
  }
}

import { shellWord } from "../../../core/escape.ts"
import { shellScript } from "../../../core/shell.ts"
import type { Manager, Service, Trouble } from "../manager.ts"
import { actScript, snapshotScript } from "../script.ts"
import { read } from "./read.ts"

const gather = shellScript("look.sh", import.meta.url)

const acts = shellScript("acts.sh", import.meta.url)

/** A container of Docker or Podman. Its definition is what it was made with; its file, its Compose project's. */
export const container: Manager = {
  name: "container",
  reloadRestarts: true,
  defaultPath: (name) => `/containers/${name}`,
  nameProblem: (name) =>
    /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name) ? undefined : "is no container's name, such as openclaw-gateway",
  define() {
    throw new Error("a container's program is its image's")
  },
  look: (service) => snapshotScript(gather, service),
  read,
  act: (service, wanted) => actScript(acts, service, wanted),
  removal: { before: [], after: [] },
  remedy,
}

function remedy({ name, variable }: Service, { kind, act }: Trouble): string {
  if (kind === "environment")
    return `docker inspect -f '{{.Config.Image}}' ${shellWord(name)}, and look for ${variable} in that image`
  if (act === "reload") return `make it anew: docker compose up -d, or docker rm -f ${shellWord(name)} and docker run`
  return `docker logs --tail 20 ${shellWord(name)}`
}

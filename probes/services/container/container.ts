import { shellWord } from "../../../core/escape.ts"
import { shellScript } from "../../../core/shell.ts"
import type { Manager, Service, ServiceTrouble } from "../manager.ts"
import { actScript, snapshotScript } from "../script.ts"
import { parseSnapshot } from "./parse.ts"

const snapshotBody = shellScript("look.sh", import.meta.url)

const acts = shellScript("acts.sh", import.meta.url)

/** A container of Docker or Podman. Its definition is that of its creation; its file is its Compose project's. */
export const container: Manager = {
  name: "container",
  reloadRestarts: true,
  defaultPath: (name) => `/containers/${name}`,
  nameProblem: (name) =>
    /^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name)
      ? undefined
      : "is not a valid container name; expected one such as openclaw-gateway",
  createDefinition() {
    throw new Error("a container's program is its image's")
  },
  snapshotScript: (service) => snapshotScript(snapshotBody, service),
  parseSnapshot,
  actScript: (service, requested) => actScript(acts, service, requested),
  removal: { before: [], after: [] },
  describeFix,
}

function describeFix({ name, variable }: Service, { kind, act }: ServiceTrouble): string {
  if (kind === "environment")
    return `docker inspect -f '{{.Config.Image}}' ${shellWord(name)}, and look for ${variable} in that image`
  if (act === "reload") return `recreate it: docker compose up -d, or docker rm -f ${shellWord(name)} and docker run`
  return `docker logs --tail 20 ${shellWord(name)}`
}

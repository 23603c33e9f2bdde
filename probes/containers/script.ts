import { shellScript } from "../../core/shell.ts"
import type { Script } from "../services/manager.ts"
import { prelude } from "../services/script.ts"

const readAll = shellScript("look.sh", import.meta.url)
const readOne = shellScript("look-at.sh", import.meta.url)
const remove = shellScript("remove.sh", import.meta.url)
const stop = shellScript("stop.sh", import.meta.url)

/**
 * Creates the script that reads every container of a host, running or not, by the host's own `docker` (or `podman`): it knows
 * the user's `DOCKER_HOST`, contexts and `ssh://` engines, and prints the Engine API's JSON. No `docker` is an answer.
 */
export function containersScript(): Script {
  return { script: `${prelude}${readAll}`, args: [], timeout: 20_000 }
}

/** Creates the script that reads one container by its name. */
export function containerScript(name: string): Script {
  return { script: `${prelude}${readOne}`, args: [name], timeout: 20_000 }
}

/**
 * Creates the script that removes a container, so that its name is free: `$1` is its id. Volumes are kept. Exit code 4: it does
 * not exist.
 */
export function removeContainerScript(id: string): Script {
  return { script: `${prelude}${remove}`, args: [id], timeout: 60_000 }
}

/**
 * Creates the script that stops a container and switches its restart off; nothing is removed. `$1` is its id, so that another
 * of its name is skipped. Exit code 4: it does not exist, or has changed; 5: stopping it would remove it.
 * @param only `running`: skips a container that does not run
 */
export function stopContainerScript(id: string, only: "running" | "any" = "any"): Script {
  return { script: `${prelude}${stop}`, args: [id, only], timeout: 60_000 }
}

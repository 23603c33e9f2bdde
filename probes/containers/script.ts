import { shellScript } from "../../core/shell.ts"
import type { Script } from "../services/manager.ts"
import { prelude } from "../services/script.ts"

const look = shellScript("look.sh", import.meta.url)
const lookAt = shellScript("look-at.sh", import.meta.url)
const remove = shellScript("remove.sh", import.meta.url)
const stop = shellScript("stop.sh", import.meta.url)

/**
 * One look at every container of a host, running or not, by the host's own `docker` (or `podman`): it knows the user's
 * `DOCKER_HOST`, contexts and `ssh://` engines, and answers with the Engine API's own words. No `docker` is an answer.
 */
export function containersScript(): Script {
  return { script: `${prelude}${look}`, args: [], timeout: 20_000 }
}

/** The same at the container of one name. */
export function containerScript(name: string): Script {
  return { script: `${prelude}${lookAt}`, args: [name], timeout: 20_000 }
}

/**
 * Ends a container for good, so that its name is free: `$1` is its id. What it wrote into volumes stays. Exit code 4:
 * it is gone.
 */
export function removing(id: string): Script {
  return { script: `${prelude}${remove}`, args: [id], timeout: 60_000 }
}

/**
 * Stops a container and switches its restart off; nothing is removed. `$1` is its id: what has its name meanwhile is
 * left alone. Exit code 4: it is gone, or no longer as it was; 5: stopping it would remove it.
 * @param only `running`: one that does not run is left alone as well
 */
export function stopping(id: string, only: "running" | "any" = "any"): Script {
  return { script: `${prelude}${stop}`, args: [id, only], timeout: 60_000 }
}

import { type ProjectState, projectState } from "../../probes/containers/project.ts"
import type { Sight as Containers } from "../../probes/containers/snapshot.ts"
import type { Sight } from "../files/sight.ts"

/** Whether the Compose project whose folder has this file (its `.env`, its `compose.yaml`) has a container on its host. */
export function composeProjectOf(
  path: string,
  { sight: { home, real }, containers }: { readonly sight: Sight; readonly containers: Containers },
): ProjectState {
  const folder = path.replace(/\/[^/]*$/, "") || "/"
  const below = folder === home || folder.startsWith(`${home}/`)
  return projectState(below ? [folder, real + folder.slice(home.length)] : [folder], containers)
}

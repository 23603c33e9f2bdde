import { findProjectState, type ProjectState } from "../../probes/containers/project.ts"
import type { ContainersSnapshot as Containers } from "../../probes/containers/snapshot.ts"
import type { HomeSnapshot } from "../files/home-snapshot.ts"

/** Checks whether the Compose project of this file (`.env`, `compose.yaml`) has a container on its host. */
export function composeProjectOf(
  path: string,
  { snapshot: { home, real }, containers }: { readonly snapshot: HomeSnapshot; readonly containers: Containers },
): ProjectState {
  const folder = path.replace(/\/[^/]*$/, "") || "/"
  const below = folder === home || folder.startsWith(`${home}/`)
  return findProjectState(below ? [folder, real + folder.slice(home.length)] : [folder], containers)
}

import type { Container, ContainersSnapshot } from "./snapshot.ts"

/**
 * The state of a Compose project: a container `runs`, one is `stopped` (or only created), or there is `none`.
 * `unknown`: the engine did not answer, so the project must not be treated as one that never ran.
 */
export type ProjectState = "runs" | "stopped" | "none" | "unknown"

const label = "com.docker.compose.project"

/**
 * Finds a project's state by the labels that `docker compose`, `docker-compose` and `podman-compose` set.
 * @param folders the absolute path of the project's folder, by each of its names (with and without links)
 */
export function findProjectState(
  folders: readonly string[],
  { client, problem, containers }: ContainersSnapshot,
): ProjectState {
  const own = containers.filter((container) => belongsTo(container, folders))
  if (own.some(({ running }) => running)) return "runs"
  if (own.length > 0) return "stopped"
  return client !== undefined && problem !== undefined ? "unknown" : "none"
}

/** Compares the project's folder, and those of its files, which `--project-directory` can separate. */
function belongsTo({ labels }: Container, folders: readonly string[]): boolean {
  const base = labels[`${label}.working_dir`] ?? ""
  const files = (labels[`${label}.config_files`] ?? "").split(",").map((file) => folderOf(absolute(file, base)))
  return [base, ...files].some((folder) => folder !== "" && folders.includes(folder.replace(/(?<=.)\/+$/, "")))
}

/** Makes a path absolute, as docker-compose 1 writes paths relative to the project's folder. */
function absolute(path: string, base: string): string {
  return path.startsWith("/") || path === "" || base === "" ? path : `${base}/${path}`
}

function folderOf(path: string): string {
  return path.replace(/\/[^/]*$/, "") || "/"
}

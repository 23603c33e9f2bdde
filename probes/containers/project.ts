import type { Container, ContainersSnapshot } from "./snapshot.ts"

/**
 * What an engine has of a Compose project: a container that `runs`, one that is `stopped` (be it only made), or `none`.
 * `unknown`: the engine did not answer, so nothing of the project may be changed on the ground that it never ran.
 */
export type ProjectState = "runs" | "stopped" | "none" | "unknown"

const label = "com.docker.compose.project"

/**
 * Tells by the labels that `docker compose`, `docker-compose` and `podman-compose` put on what they make.
 * @param folders the absolute path of the project's folder, by each of its names (with and without links)
 */
export function projectState(
  folders: readonly string[],
  { client, problem, containers }: ContainersSnapshot,
): ProjectState {
  const own = containers.filter((container) => isOf(container, folders))
  if (own.some(({ running }) => running)) return "runs"
  if (own.length > 0) return "stopped"
  return client !== undefined && problem !== undefined ? "unknown" : "none"
}

/** The project's folder, or that of one of its files: `--project-directory` can make them two. */
function isOf({ labels }: Container, folders: readonly string[]): boolean {
  const base = labels[`${label}.working_dir`] ?? ""
  const files = (labels[`${label}.config_files`] ?? "").split(",").map((file) => folderOf(absolute(file, base)))
  return [base, ...files].some((folder) => folder !== "" && folders.includes(folder.replace(/(?<=.)\/+$/, "")))
}

/** docker-compose 1 names them by their way from the project's folder. */
function absolute(path: string, base: string): string {
  return path.startsWith("/") || path === "" || base === "" ? path : `${base}/${path}`
}

function folderOf(path: string): string {
  return path.replace(/\/[^/]*$/, "") || "/"
}

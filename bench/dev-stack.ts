import { readFileSync } from "node:fs"
import { join } from "node:path"
import { copyOfSources, open, type Project } from "./project.ts"

/** Opens the dev stack of the repository, with its sandbox homes in the bench's folder. */
export function devStack(folder: string): Promise<Project> {
  const config = readFileSync(join(import.meta.dirname, "../Pulumi.dev.yaml"), "utf8")
  return open(copyOfSources(folder, ["Pulumi.yaml"]), config, { folder })
}

import { existsSync, readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"

/** Returns the folder in which a folder backend keeps a project's states. */
export function statesIn(backend: string, project: string): string {
  return join(backend, ".pulumi/stacks", project)
}

/** Checks whether a killed engine left its lock. */
export function isLocked(backend: string): boolean {
  const locks = join(backend, ".pulumi/locks")
  return (
    existsSync(locks) && (readdirSync(locks, { recursive: true }) as string[]).some((name) => name.endsWith(".json"))
  )
}

/**
 * Removes empty files: a kill while Pulumi's folder backend writes the attributes beside a checkpoint leaves one, and
 * "failed to load checkpoint: EOF" until it is removed. Nothing of the state is in it.
 */
export function removeEmptyAttributes(states: string): void {
  for (const name of readdirSync(states).filter((name) => name.endsWith(".attrs")))
    if (statSync(join(states, name)).size === 0) rmSync(join(states, name))
}

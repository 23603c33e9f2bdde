import { existsSync, readdirSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"

/** Where a folder backend keeps a project's states. */
export function statesIn(backend: string, project: string): string {
  return join(backend, ".pulumi/stacks", project)
}

/** Whether a killed engine left its lock. */
export function isLocked(backend: string): boolean {
  const locks = join(backend, ".pulumi/locks")
  return (
    existsSync(locks) && (readdirSync(locks, { recursive: true }) as string[]).some((name) => name.endsWith(".json"))
  )
}

/**
 * A kill in the moment in which Pulumi's folder backend writes the attributes beside a checkpoint leaves an empty file,
 * and "failed to load checkpoint: EOF" until it is removed. Nothing of the state is in it.
 */
export function mend(states: string): void {
  for (const name of readdirSync(states).filter((name) => name.endsWith(".attrs")))
    if (statSync(join(states, name)).size === 0) rmSync(join(states, name))
}

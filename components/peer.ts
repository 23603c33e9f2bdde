import { createRequire } from "node:module"
import { DeclarationError } from "./declaration-error.ts"

/** The packages that only some declarations need, as Pulumi also requires the plugin of each package. */
const versions = { "@pulumi/docker": "5.2.0", "@pulumi/command": "1.2.1" } as const

/**
 * Loads a package when it is first needed, so that other programs need not wait for it.
 * @throws DeclarationError if it is not installed
 */
export function loadPeer<T>(name: keyof typeof versions, user: string): T {
  try {
    return createRequire(import.meta.url)(name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error
    throw new DeclarationError(`${user} needs ${name}, which is not installed: npm install ${name}@${versions[name]}`)
  }
}

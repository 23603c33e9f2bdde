import { createRequire } from "node:module"
import { DeclarationError } from "./declaration-error.ts"

/** Packages that only some declarations need; with a package Pulumi wants its plugin as well, so nobody else has to have it. */
const versions = { "@pulumi/docker": "5.2.0", "@pulumi/command": "1.2.1" } as const

/**
 * Loaded when it is first needed: a program that needs none need not wait for it.
 * @throws DeclarationError where it is not installed
 */
export function loadPeer<T>(name: keyof typeof versions, who: string): T {
  try {
    return createRequire(import.meta.url)(name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error
    throw new DeclarationError(`${who} needs ${name}, which is not installed: npm install ${name}@${versions[name]}`)
  }
}

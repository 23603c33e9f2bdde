import { existsSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"

const own = resolve(import.meta.dirname, "../..")

/**
 * Returns the line by which editors complete and check a stack's file.
 * @param file where the stack's file is
 * @param root gatekey's folder
 * @returns empty if gatekey neither contains the file nor is installed beside it
 */
export function modeline(file: string, root = ["..", "."].map((up) => join(own, up)).find(hasSchema) ?? own): string {
  const path = relative(dirname(resolve(file)), join(root, schema))
  return hasSchema(root) && !path.startsWith("..") ? lineOf(path) : ""
}

/** The line for a file beside the folder into which gatekey will be installed. */
export const installedModeline: string = lineOf("node_modules/pulumi-gatekey/schema/stack.json")

function lineOf(path: string): string {
  return `# yaml-language-server: $schema=./${path}\n`
}

const schema = "schema/stack.json"

function hasSchema(root: string): boolean {
  return existsSync(join(root, schema))
}

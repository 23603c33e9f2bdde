import { basename } from "node:path"
import { stringify } from "yaml"
import { UserError } from "../../core/errors.ts"
import { isMapping } from "../../core/mapping.ts"

/** The program: everything else is in the stack's file. */
export const programText = `// The whole program: it declares the fleet of Pulumi.<stack>.yaml, and exports its state.
export * from "pulumi-gatekey/stack"
`

/** Returns a valid name of a Pulumi project, after its folder. */
export function projectName(folder: string): string {
  const name = basename(folder)
    .replaceAll(/[^A-Za-z0-9_.-]+/g, "-")
    .replaceAll(/^[^A-Za-z0-9]+|-+$/g, "")
  return name.slice(0, 100) || "gatekey"
}

export function projectText(name: string): string {
  const providers = [{ name: "gatekey", path: "./node_modules/pulumi-gatekey/provider" }]
  return stringify({
    name,
    description: "One gateway token, declared once, equal everywhere",
    main: "index.mjs",
    runtime: { name: "nodejs", options: { typescript: false } },
    plugins: { providers },
  })
}

/**
 * Adds the dependencies to a package.json, or makes one; what is there stays.
 * @throws UserError if the file is not a JSON object; it quotes nothing of it
 */
export function manifestText(before: string | undefined, dependencies: { readonly [name: string]: string }): string {
  const manifest = before === undefined ? { private: true } : parseObject(before)
  const present = isMapping(manifest.dependencies) ? manifest.dependencies : {}
  return `${JSON.stringify({ ...manifest, dependencies: { ...dependencies, ...present } }, null, 2)}\n`
}

function parseObject(text: string): { readonly [key: string]: unknown } {
  try {
    const value: unknown = JSON.parse(text)
    if (isMapping(value)) return value
  } catch {
    // Reported below.
  }
  throw new UserError("is not a JSON object; fix it, or run `gatekey init` in another folder")
}

/** Adds `node_modules/` to a .gitignore, or makes one. */
export function ignoreText(before = ""): string {
  if (/^\/?node_modules\/?$/m.test(before)) return before
  return `${before.replace(/(?<=[^\n])$/, "\n")}node_modules/\n`
}

/** Returns the stack's file if nothing was scanned: without a configuration, so that a scan can fill it. */
export function stackText(line: string, scan: string): string {
  return `${line}## Declare your fleet here, or let a scan fill this file: ${scan}
# config:
#   gatekey:token: {rotation: 1, maxAge: 30d}
#   gatekey:gateways:
#     studio: {host: local, manager: launchd}
#   gatekey:nodes:
#     tw: {host: "ssh://me@tw.local", manager: launchd}
`
}

import { existsSync, readFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"

/** How a project gets gatekey as a dependency. */
export interface PackageSource {
  /** The packages of the project, for its package.json. */
  readonly dependencies: { readonly [name: string]: string }
  /** The folder of the clone that the package must be packed in first. */
  readonly clone?: string
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: { readonly [name: string]: string }
  readonly peerDependencies?: { readonly [name: string]: string }
}

/** gatekey's own folder: the clone's, or the installed package's. */
const own = [resolve(import.meta.dirname, "../.."), resolve(import.meta.dirname, "../../..")].find((folder) =>
  existsSync(join(folder, "package.json")),
)

/**
 * Finds where a project gets the package from: a clone packs it; a package that was installed from a file stays that file; else
 * it is the registry's, within the range that `npm update` follows.
 */
export function findPackageSource(project: string, root = own ?? "."): PackageSource {
  const { name, version, peerDependencies = {} } = readManifest(join(root, "package.json"))
  const sdk = { "@pulumi/pulumi": peerDependencies["@pulumi/pulumi"] ?? "^3" }
  if (existsSync(join(root, "cli/main.ts")))
    return { dependencies: { ...sdk, [name]: `file:${name}-${version}.tgz` }, clone: root }
  const installing = join(root, "../..")
  const asked = existsSync(join(installing, "package.json"))
    ? readManifest(join(installing, "package.json")).dependencies?.[name]
    : undefined
  const file = asked?.startsWith("file:") ? resolve(installing, asked.slice("file:".length)) : undefined
  return { dependencies: { ...sdk, [name]: file ? `file:${relative(resolve(project), file)}` : `^${version}` } }
}

function readManifest(file: string): Manifest {
  return JSON.parse(readFileSync(file, "utf8"))
}

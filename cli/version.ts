import { accessSync, constants, existsSync, readFileSync, realpathSync } from "node:fs"
import { createRequire } from "node:module"
import { delimiter, dirname, join, resolve } from "node:path"
import { shown } from "../core/escape.ts"
import { productNames } from "../products/product.ts"
import { runProgram } from "./stack/run-program.ts"
import { tableRows } from "./table.ts"
import { widthOf } from "./terminal.ts"
import type { Text } from "./text.ts"

interface Manifest {
  readonly name?: string
  readonly version?: string
}

/** The optional packages, which only some declarations need. */
const peers = ["@pulumi/command", "@pulumi/docker", "@pulumi/policy", "@1password/connect"]

/** Reports which versions a run here uses; what is missing is named with what needs it. */
export async function describeVersions(): Promise<Text> {
  const [engine, plugins] = await Promise.all([engineVersion(), pluginVersions()])
  const own = manifestAbove(import.meta.dirname)
  const sdk = packageVersion("@pulumi/pulumi")
  const rows = [
    ["node", process.versions.node, process.execPath],
    ["pulumi", engine ?? "–", programOnPath("pulumi") ?? "not on PATH; preview, up, rotate and history need it"],
    ["@pulumi/pulumi", sdk ?? "–", sdk === undefined ? "not installed; previews need it" : ""],
    ...peers.map((name) => [name, packageVersion(name) ?? "–", ""]),
    ...plugins.map(({ name = "", version = "" }) => [`plugin ${shown(name)}`, shown(version), ""]),
    ...productNames.map((name) => productRow(name)),
  ]
  const table = tableRows(["program", "version", "found at"], rows, widthOf(process.stdout))
  return [`gatekey ${own?.manifest.version ?? "?"}, ${shown(own?.folder ?? "")}\n\n`, table]
}

async function engineVersion(): Promise<string | undefined> {
  const ended = await runProgram(resolve(), "pulumi", "version").catch(() => undefined)
  return ended?.code === 0 ? shown(ended.stdout.trim().replace(/^v/, "")) : undefined
}

/** Lists the plugins that the engine has installed; the provider of gatekey is not one of them. */
async function pluginVersions(): Promise<readonly Manifest[]> {
  const ended = await runProgram(resolve(), "pulumi", "plugin", "ls", "--json").catch(() => undefined)
  try {
    const all: unknown = JSON.parse(ended?.stdout ?? "[]")
    return Array.isArray(all) ? all : []
  } catch {
    return []
  }
}

function packageVersion(name: string): string | undefined {
  try {
    const found = manifestAbove(dirname(createRequire(import.meta.url).resolve(name)), name)
    return found?.manifest.version?.replace(/^v/, "")
  } catch {
    return undefined
  }
}

/** Reads a product's version from its package: to start it takes seconds. */
function productRow(name: string): string[] {
  const program = programOnPath(name)
  if (program === undefined) return [name, "–", "not on PATH"]
  return [name, shown(manifestAbove(dirname(realpathSync(program)))?.manifest.version ?? "?"), shown(program)]
}

function programOnPath(name: string): string | undefined {
  const found = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, name))
  return found.find((file) => {
    try {
      accessSync(file, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** Finds the package of a folder: its manifest is the nearest one above with a version. */
function manifestAbove(folder: string, name?: string): { folder: string; manifest: Manifest } | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "package.json")
    const manifest: Manifest = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}
    if (manifest.version && (name === undefined || manifest.name === name)) return { folder: at, manifest }
    if (dirname(at) === at) return undefined
  }
}

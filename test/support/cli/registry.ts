import { execFile, spawn } from "node:child_process"
import { createReadStream, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { path } from "../engine/machine.ts"
import { root } from "../engine/program.ts"

interface Npx {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What npm fetched, as `name` for a package's description and `name@version` for the package. */
  readonly fetched: readonly string[]
  /** What npx installed: how many packages, and their files' size. */
  readonly packages: number
  readonly megabytes: number
}

/** A later version of our package. */
interface Later {
  readonly version: string
  readonly file: string
}

/**
 * Runs npx in an empty folder with an empty home and cache, against a registry on this machine that has our package, its
 * dependencies and, as npm's own has, a package of somebody else's by the name of `gatekey`.
 */
export async function npxFromRegistry(file: string, ...words: readonly string[]): Promise<Npx> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-npx-"))
  const registry = await startRegistry(file)
  try {
    for (const name of ["home", "here"]) mkdirSync(join(folder, name))
    const env = {
      ...{ PATH: path, HOME: join(folder, "home"), npm_config_cache: join(folder, "cache"), npm_config_audit: "false" },
      ...{ npm_config_registry: registry.url, npm_config_update_notifier: "false", npm_config_loglevel: "error" },
    }
    const outcome = await new Promise<Pick<Npx, "code" | "stdout" | "stderr">>((done) =>
      execFile("npx", [...words], { cwd: join(folder, "here"), env }, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr }),
      ),
    )
    return { ...outcome, fetched: registry.fetched, ...sizeOf(join(folder, "cache/_npx")) }
  } finally {
    registry.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

function sizeOf(installed: string): Pick<Npx, "packages" | "megabytes"> {
  const files = globSync("**", { cwd: installed, withFileTypes: true }).filter((each) => each.isFile())
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0)
  const [lock] = globSync("*/node_modules/.package-lock.json", { cwd: installed })
  const packages = lock ? Object.keys(JSON.parse(readFileSync(join(installed, lock), "utf8")).packages).length : 0
  return { packages, megabytes: bytes / 1e6 }
}

/** What is installed here, by name: each version's manifest, and the folder or the file that has it. */
function installed(
  file: string | undefined,
  later: Later | undefined,
): Map<string, { manifest: Record<string, unknown>; from: string }[]> {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))
  const found: ReturnType<typeof installed> = new Map()
  for (const at of Object.keys(packages).filter((each) => each && existsSync(join(root, each, "package.json")))) {
    const manifest = JSON.parse(readFileSync(join(root, at, "package.json"), "utf8"))
    found.set(manifest.name, [...(found.get(manifest.name) ?? []), { manifest, from: join(root, at) }])
  }
  const own = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  if (file === undefined) return found
  const next = later ? [{ manifest: { ...own, version: later.version }, from: later.file }] : []
  found.set(own.name, [{ manifest: own, from: file }, ...next])
  const foreign = { name: "gatekey", version: "9.9.9", bin: { gatekey: "cli/gatekey" } }
  return found.set("gatekey", [{ manifest: foreign, from: file }])
}

/** A registry on this machine that has our package, and what is installed here. */
export async function startRegistry(file?: string, later?: Later) {
  const packages = installed(file, later)
  const fetched: string[] = []
  const server = createServer(({ url = "" }, response) => {
    const [name = "", version] = decodeURIComponent(url.slice(1)).split("/-/")
    fetched.push(version ? `${name}@${version}` : name)
    const all = packages.get(name)
    if (!all) return response.writeHead(404).end("{}")
    if (version) return send(all.find(({ manifest }) => manifest.version === version)?.from ?? "", response)
    const versions = all.map(({ manifest }) => {
      const { version } = manifest as { version: string }
      return [version, { ...manifest, dist: { tarball: `${at()}/${name}/-/${version}` } }] as const
    })
    const latest = versions.at(-1)?.[0]
    return response.end(JSON.stringify({ name, versions: Object.fromEntries(versions), "dist-tags": { latest } }))
  })
  const at = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
  return { fetched, url: at(), stop: () => server.close() }
}

/** A package as npm packs it: all in one folder; what is nested under it is a package of its own. */
function send(from: string, to: NodeJS.WritableStream): void {
  const pack = ["-cz", "-C", from, "--exclude=./node_modules", "--transform=s,^[.],package,", "."]
  const made = from.endsWith(".tgz") ? createReadStream(from) : spawn("tar", pack).stdout
  made.pipe(to)
}

import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { basename, dirname, join, relative } from "node:path"
import { path } from "../engine/machine.ts"
import { root } from "../engine/program.ts"

interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly dev?: boolean; readonly dependencies?: Readonly<Record<string, string>> }>
  >
}

/** What a user's project has besides gatekey: the SDK, what checks types, and what runs policies. */
const wanted = ["@pulumi/pulumi", "typescript", "@types/node", "@pulumi/policy"]

/** The sources in another folder, so that packing changes nothing in the checkout. */
export function copyOfSources(folder: string): string {
  const left = ["node_modules", ".git", ".tools", ".sandbox", "dist", "coverage"]
  cpSync(root, folder, { recursive: true, filter: (from) => !left.includes(relative(root, from)) })
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"))
  return folder
}

/** `npm pack`; its own list of what is in the package, and the file. */
export function pack(sources: string): { readonly names: readonly string[]; readonly file: string } {
  const [packed] = JSON.parse(npm(sources, "pack", "--json", "--silent"))
  return { names: packed.files.map((each: { path: string }) => each.path), file: join(sources, packed.filename) }
}

/** `npm install` of a package in an empty project, without network: its dependencies are there already. */
export function install(project: string, file: string): void {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock
  const ours = Object.keys(packages).filter(
    (name) => /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(name) && !packages[name]?.dev,
  )
  const top = new Set([...ours.map((name) => name.slice("node_modules/".length)), ...neededBy(wanted, packages)])
  linkTree(join(root, "node_modules"), join(project, "node_modules"), [...top])
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  const { typescript, "@types/node": node, "@pulumi/policy": policy, "@pulumi/pulumi": pulumi } = devDependencies
  const own = {
    type: "module",
    private: true,
    dependencies: { "@pulumi/pulumi": pulumi },
    devDependencies: { typescript, "@types/node": node, "@pulumi/policy": policy },
  }
  writeFileSync(join(project, "package.json"), JSON.stringify(own))
  npm(project, "install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", file)
  const sdk = process.env.E2E_SDK
  // The oldest know no TypeScript above 5.
  if (sdk) npm(project, "install", "--no-audit", "--no-fund", `@pulumi/pulumi@${sdk}`, "typescript@5")
}

/** Returns the packages and all that they need, as far as it is at the top; the rest is below one of them. */
function neededBy(names: readonly string[], packages: Lock["packages"]): ReadonlySet<string> {
  const found = new Set<string>()
  const add = (name: string) => {
    const entry = packages[`node_modules/${name}`]
    if (entry === undefined || found.has(name)) return
    found.add(name)
    for (const each of Object.keys(entry.dependencies ?? {})) add(each)
    const below = Object.entries(packages).filter(([path]) => path.startsWith(`node_modules/${name}/node_modules/`))
    for (const [, { dependencies = {} }] of below) for (const each of Object.keys(dependencies)) add(each)
  }
  for (const name of names) add(name)
  return found
}

/** Makes the same package under a later version. @returns its file, in a folder */
export function packedAs(file: string, version: string, folder: string): string {
  const [unpacked, made] = [join(folder, version), join(folder, `${version}.tgz`)]
  mkdirSync(unpacked)
  program(folder, "tar", "-xzf", file, "-C", unpacked)
  const manifest = join(unpacked, "package/package.json")
  writeFileSync(manifest, JSON.stringify({ ...JSON.parse(readFileSync(manifest, "utf8")), version }))
  program(folder, "tar", "-czf", made, "-C", unpacked, "package")
  return made
}

export function npm(cwd: string, ...args: string[]): string {
  return program(cwd, "npm", ...args)
}

/** @throws with what it printed */
export function program(cwd: string, file: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(file, args, {
    cwd,
    env: { ...process.env, PATH: path },
    encoding: "utf8",
  })
  if (status !== 0) throw new Error(`${basename(file)} ${args.join(" ")}: ${stdout}${stderr}`)
  return stdout
}

/** Hard links where they can be made, copies otherwise. */
function linkTree(from: string, to: string, names: readonly string[]): void {
  for (const name of names) {
    const target = join(to, name)
    mkdirSync(dirname(target), { recursive: true })
    if (spawnSync("cp", ["-al", join(from, name), target]).status === 0) continue
    rmSync(target, { recursive: true, force: true })
    cpSync(join(from, name), target, { recursive: true, verbatimSymlinks: true })
  }
}

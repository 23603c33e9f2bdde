import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { parseUrn } from "../core/urn.ts"
import { type Ended, type Options, run } from "./command.ts"
import { atEnd } from "./ending.ts"

const root = join(import.meta.dirname, "..")

/** A stack that is measured. */
export interface Project {
  readonly directory: string
  readonly stack: string
  readonly environment: NodeJS.ProcessEnv
}

/** Creates the bench's own folder, which is removed when it ends. */
export function benchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-bench-"))
  atEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  return folder
}

const sources = [
  "package.json",
  "stacks",
  "components",
  "provider",
  "containers",
  "core",
  "gateways",
  "hosts",
  "listeners",
  "places",
  "products",
  "services",
]

/** Copies the checkout's sources and `parts` of it; modules are the checkout's, compile caches the copy's own. */
export function copyOfSources(folder: string, parts: readonly string[]): string {
  const directory = join(folder, "gatekey")
  for (const part of [...sources, ...parts, "tools/compile-cache.cjs"])
    cpSync(join(root, part), join(directory, part), { recursive: true })
  linkModules(directory)
  return directory
}

/** Creates the engine's floor: a plain program of as many resources in the same tree, of a provider that does nothing. */
export async function floorOf(project: Project, folder: string): Promise<Project> {
  const directory = join(folder, `floor-${project.stack}`)
  cpSync(join(import.meta.dirname, "floor"), directory, { recursive: true })
  linkModules(directory)
  return open(directory, `config: {"noop:shapes": ${JSON.stringify(await shapesOf(project))}}\n`, {
    folder,
    stack: project.stack,
  })
}

function linkModules(directory: string): void {
  const modules = join(directory, "node_modules")
  mkdirSync(modules)
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== ".cache") symlinkSync(join(root, "node_modules", name), join(modules, name))
}

interface Opening {
  /** Where the engine keeps its states. */
  readonly folder: string
  readonly stack?: string
  readonly environment?: NodeJS.ProcessEnv
}

/** Creates a stack in the project's directory. */
export async function open(directory: string, config: string, opening: Opening): Promise<Project> {
  const { folder, stack = "dev", environment = {} } = opening
  const tools = [join(root, ".tools/bin"), join(root, ".tools/node/bin")].filter((path) => existsSync(path))
  const env = {
    ...process.env,
    PATH: [...tools, process.env.PATH].join(delimiter),
    PULUMI_HOME: join(folder, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NO_COLOR: "1",
    ...environment,
  }
  await run(["pulumi", "stack", "init", stack], { cwd: directory, env })
  const file = join(directory, `Pulumi.${stack}.yaml`)
  writeFileSync(file, readFileSync(file, "utf8") + config)
  return { directory, stack, environment: env }
}

export function pulumi(project: Project, args: readonly string[], watch?: Options["watch"]): Promise<Ended> {
  const env = { ...project.environment, PULUMI_STACK: project.stack }
  return run(["pulumi", ...args], { cwd: project.directory, env, ...(watch ? { watch } : {}) })
}

export interface Shape {
  readonly type: "component" | "custom"
  readonly name: string
  readonly parent?: string
}

/** Lists the stack's resources without the stack itself and the provider. */
export async function shapesOf(project: Project): Promise<Shape[]> {
  const { stdout } = await pulumi(project, ["stack", "export"])
  const { resources } = JSON.parse(stdout).deployment as {
    resources: { urn: string; type: string; parent: string; custom: boolean }[]
  }
  const name = (urn: string) => parseUrn(urn).name
  return resources
    .filter(({ type }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"))
    .map(({ urn, parent, custom }) => ({
      type: custom ? "custom" : "component",
      name: name(urn),
      ...(parent.includes("pulumi:pulumi:Stack::") ? {} : { parent: name(parent) }),
    }))
}

import { execFileSync } from "node:child_process"
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { benchServices } from "./services.ts"

/**
 * `npm run -s bench:local`: a plain preview of the dev stack against the engine's floor: the same engine, a plain
 * program of as many resources in the same tree, of a provider that does nothing. Alternating runs; the last line is JSON.
 */
const runs = 5
const root = join(import.meta.dirname, "..")
const folder = mkdtempSync(join(tmpdir(), "gatekey-bench-"))

interface Project {
  readonly directory: string
  readonly configFile: string
}

if (process.argv.includes("--services")) {
  rmSync(folder, { recursive: true, force: true })
  console.log(JSON.stringify(await benchServices()))
} else benchPreview()

function benchPreview(): void {
  try {
    const ours = fleet()
    pulumi(ours, "up", "--yes", "--skip-preview")
    const floor = plain(shapesOf(ours))
    pulumi(floor, "up", "--yes", "--skip-preview")
    for (const project of [ours, floor]) timed(project)

    const times = { ours: [] as number[], floor: [] as number[] }
    for (let run = 1; run <= runs; run++) {
      times.ours.push(timed(ours))
      times.floor.push(timed(floor))
      console.log(`run ${run}: ours ${seconds(times.ours.at(-1))} s, floor ${seconds(times.floor.at(-1))} s`)
    }
    const ratio = median(times.ours) / median(times.floor)
    console.log(
      JSON.stringify({
        resources: shapesOf(ours).length,
        ours_s: seconds(median(times.ours)),
        floor_s: seconds(median(times.floor)),
        ratio_to_floor: Number(ratio.toFixed(3)),
      }),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The dev stack as it stands in the repository, with its sandbox homes in a folder of the bench's own. */
function fleet(): Project {
  const directory = join(folder, "gatekey")
  mkdirSync(directory)
  const parts = [
    "Pulumi.yaml",
    "package.json",
    "stacks",
    "components",
    "provider",
    "core",
    "hosts",
    "listeners",
    "places",
    "products",
    "services",
  ]
  for (const part of [...parts, "tools/compile-cache.cjs"])
    cpSync(join(root, part), join(directory, part), { recursive: true })
  return project(directory, readFileSync(join(root, "Pulumi.dev.yaml"), "utf8"))
}

function plain(shapes: unknown): Project {
  const directory = join(folder, "floor")
  cpSync(join(import.meta.dirname, "floor"), directory, { recursive: true })
  return project(directory, `config: {"noop:shapes": ${JSON.stringify(shapes)}}\n`)
}

/** A stack `dev` in the folder. Modules are the checkout's, compile caches the folder's own. */
function project(directory: string, config: string): Project {
  mkdirSync(join(directory, "node_modules"))
  for (const name of execFileSync("ls", ["-A", join(root, "node_modules")], { encoding: "utf8" }).split("\n")) {
    if (name !== "" && name !== ".cache")
      symlinkSync(join(root, "node_modules", name), join(directory, "node_modules", name))
  }
  const configFile = join(directory, "Pulumi.dev.yaml")
  const made = { directory, configFile }
  pulumi(made, "stack", "init", "dev")
  const salt = readFileSync(configFile, "utf8")
  writeFileSync(configFile, salt + config)
  return made
}

/** The stack's resources but for the stack itself and the provider. */
function shapesOf(made: Project): unknown[] {
  const state = JSON.parse(pulumi(made, "stack", "export"))
  const name = (urn: string) => urn.split("::").at(-1) ?? ""
  const own = state.deployment.resources.filter(
    ({ type }: { type: string }) => type !== "pulumi:pulumi:Stack" && !type.startsWith("pulumi:providers:"),
  )
  return own.map(({ urn, parent, custom }: { urn: string; parent: string; custom: boolean }) => ({
    type: custom ? "custom" : "component",
    name: name(urn),
    ...(parent.includes("pulumi:pulumi:Stack::") ? {} : { parent: name(parent) }),
  }))
}

function timed(made: Project): number {
  const start = process.hrtime.bigint()
  pulumi(made, "preview", "--expect-no-changes")
  return Number(process.hrtime.bigint() - start) / 1e9
}

function pulumi({ directory }: Project, ...words: string[]): string {
  const tools = [join(root, ".tools/bin"), join(root, ".tools/node/bin")].filter((path) => existsSync(path))
  const env = {
    ...process.env,
    PATH: [...tools, process.env.PATH].join(delimiter),
    PULUMI_HOME: join(folder, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_STACK: words[0] === "stack" && words[1] === "init" ? "" : "dev",
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NO_COLOR: "1",
  }
  return execFileSync("pulumi", words, { cwd: directory, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function seconds(value = Number.NaN): number {
  return Number(value.toFixed(3))
}

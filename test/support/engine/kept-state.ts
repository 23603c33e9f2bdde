import { chmodSync, globSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { parse, stringify } from "yaml"
import { type FleetStack, fleetStack } from "../fleets/fleet-stack.ts"
import { root } from "./program.ts"
import { type Generations, generationsIn, type State } from "./state.ts"

/**
 * A stack as a version of gatekey left it: its configuration, its state (encrypted with the passphrase of `fleetStack`)
 * and the files of its hosts. In the files a token is the number of its generation, and the folder a word.
 */
interface Kept {
  readonly config: { readonly [key: string]: unknown }
  readonly state: unknown
  readonly files: { readonly [path: string]: { readonly mode: number; readonly text: string } }
}

const folderWord = "/FOLDER-OF-THE-STACK"
const tokenWord = (generation: number) => `(token of generation ${generation})`
export const keptFolder: string = join(root, "test/fixtures/states")

/** The names of the states that are kept. */
export const keptNames: readonly string[] = globSync("*.json", { cwd: keptFolder })
  .map((file) => file.replace(/\.json$/, ""))
  .sort()

/** Writes what a stack and its hosts hold now to `test/fixtures/states/NAME.json`. */
export async function keepState(stack: FleetStack, name: string): Promise<void> {
  const { kept } = await generationsOf(stack)
  const even = (text: string) =>
    kept
      .reduce((now, { generation, value }) => now.replaceAll(value, tokenWord(generation)), text)
      .replaceAll(stack.folder, folderWord)
  const home = join(stack.folder, "home")
  const files = (readdirSync(home, { recursive: true }) as string[])
    .sort()
    .filter((path) => lstatSync(join(home, path)).isFile())
    .map((path) => {
      const { mode } = lstatSync(join(home, path))
      return [path, { mode: mode & 0o7777, text: even(readFileSync(join(home, path), "utf8")) }] as const
    })
  const config = parse(even(readFileSync(join(stack.folder, "project/Pulumi.dev.yaml"), "utf8")))
  const state = JSON.parse(even((await works(stack, "stack", "export")).output), withoutSources)
  mkdirSync(keptFolder, { recursive: true })
  const all: Kept = { config, files: Object.fromEntries(files), state }
  writeFileSync(join(keptFolder, `${name}.json`), `${JSON.stringify(all, null, 1)}\n`)
}

/** Where in its program a resource was made says where that program was. */
function withoutSources(key: string, value: unknown): unknown {
  return key === "sourcePosition" || key === "stackTrace" ? undefined : value
}

/** A stack as it was kept, in a folder of its own. */
export async function keptStack(name: string, variables: Readonly<Record<string, string>> = {}): Promise<FleetStack> {
  const stack = await fleetStack(variables)
  const text = readFileSync(join(keptFolder, `${name}.json`), "utf8").replaceAll(folderWord, stack.folder)
  const { config, files, state } = JSON.parse(text) as Kept
  const file = join(stack.folder, "state.json")
  writeFileSync(file, JSON.stringify(state))
  writeFileSync(join(stack.folder, "project/Pulumi.dev.yaml"), stringify(config))
  await works(stack, "stack", "import", "--file", file)
  const { kept } = await generationsOf(stack)
  for (const [path, { mode, text }] of Object.entries(files)) {
    const at = join(stack.folder, "home", path)
    mkdirSync(dirname(at), { recursive: true, mode: 0o700 })
    const filled = kept.reduce((now, { generation, value }) => now.replaceAll(tokenWord(generation), value), text)
    writeFileSync(at, filled, { mode: 0o600 })
    chmodSync(at, mode)
  }
  return stack
}

async function generationsOf(stack: FleetStack): Promise<Generations> {
  const { output } = await works(stack, "stack", "export", "--show-secrets")
  return generationsIn(JSON.parse(output) as State)
}

async function works(stack: FleetStack, ...args: string[]) {
  const ended = await stack.pulumi(...args)
  if (ended.code !== 0) throw new Error(`pulumi ${args.join(" ")}: ${ended.output}`)
  return ended
}

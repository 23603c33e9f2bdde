import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bound, type Managed, managed } from "../support/engine/managed.ts"
import { type Plugin, startPlugin } from "../support/engine/plugin.ts"
import type { Raw } from "../support/engine/wire.ts"

type Operation = "create" | "update" | "delete"

/** A resource type and what happens to it. */
export interface Scene {
  readonly name: string
  readonly type: "Placement" | "ClientKey" | "Certificate"
  readonly operation: Operation
  /** Its inputs in a folder. */
  readonly inputs: (folder: string, given: Given) => Raw
  /** What is in the folder before it is created: names and contents. */
  readonly files: Readonly<Record<string, string>>
  /** The folder's mode: others can change one of 0777, so that a host's sh works there. */
  readonly mode: number
}

export interface Given {
  readonly token: Managed
  readonly authority: Managed
  readonly generation: 1 | 2
}

const variable = "OPENCLAW_GATEWAY_TOKEN"
const plist = `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>\n<key>A</key><string>b</string>\n</dict></plist>\n`
const formats: Readonly<Record<string, readonly [name: string, locator: string, text: string]>> = {
  json5: ["openclaw.json", "gateway.auth.token", '// mine\n{ gateway: { mode: "local" } }\n'],
  dotenv: [".env", variable, "# mine\nA=b\n"],
  shell: [".zshrc", variable, "# mine\nexport A=b\n"],
  "environment-file": ["node.env", variable, "# mine\nA=b\n"],
  systemd: ["node.service", variable, "[Service]\nEnvironment=A=b\nExecStart=/bin/true\n"],
  plist: ["node.plist", variable, plist],
  compose: ["compose.yaml", `gw.${variable}`, "services:\n  gw:\n    image: x\n    environment:\n      A: b\n"],
  file: ["secret", "*", ""],
}
const operations: readonly Operation[] = ["create", "update", "delete"]

function placements(): Scene[] {
  const all = Object.entries(formats).flatMap(([format, [file, locator, text]]) =>
    operations.map((operation): Scene => {
      const inputs = (folder: string, { token, generation }: Given) => ({
        ...{ path: join(folder, file), locator, format },
        ...(generation === 1 ? { ...bound(token), ...firstOf(token) } : bound(token)),
      })
      const files = text === "" ? {} : { [file]: text }
      return { name: `Placement in ${format}`, type: "Placement", operation, inputs, files, mode: 0o700 }
    }),
  )
  const byShell = all
    .filter(({ name }) => /json5|file$/.test(name))
    .map((scene) => ({ ...scene, name: `${scene.name} by a host's sh`, mode: 0o777 }))
  return [...all, ...byShell]
}

/** The first generation of the Token, as a placement had it before the rotation. */
function firstOf(token: Managed): Raw {
  const known = firsts.get(token.urn)
  if (!known) throw new Error("the first generation is not noted")
  return known
}
const firsts = new Map<string, Raw>()

export function noteFirst(token: Managed): void {
  const { generation, fingerprint } = token.state?.outputs ?? {}
  firsts.set(token.urn, { generation, fingerprint })
}

const keys: readonly Scene[] = (["create", "delete"] as const).flatMap((operation) => [
  {
    ...({ name: "ClientKey", type: "ClientKey", operation, files: {}, mode: 0o700 } as const),
    inputs: (folder: string, { authority }: Given) => ({
      ...{ host: "local", folder: join(folder, "laptop"), authority: authority.state?.id },
      ...{ name: "laptop", audience: "studio" },
    }),
  },
  {
    ...({ name: "Certificate", type: "Certificate", operation, files: {}, mode: 0o700 } as const),
    inputs: (folder: string, { authority }: Given) => ({
      ...{ host: "local", path: join(folder, "tls/tw.pem"), authority: authority.state?.id, name: "tw" },
    }),
  },
])

export const scenes: readonly Scene[] = [...placements(), ...keys]

/** One scene in a folder of its own. */
export interface Stage {
  readonly folder: string
  readonly one: Managed
  /** What it shall be. */
  readonly news: Raw
  remove(): void
}

let stages = 0

/** Lays the files of a scene, and does what comes before its operation. */
export async function stageOf(scene: Scene, plugin: Plugin, given: Omit<Given, "generation">): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-scene-"))
  mkdirSync(join(folder, "own"), { mode: 0o700 })
  for (const [name, text] of Object.entries(scene.files))
    writeFileSync(join(folder, "own", name), text, { mode: 0o600 })
  writeFileSync(join(folder, "own", "foreign"), "not gatekey's\n", { mode: 0o640 })
  chmodSync(join(folder, "own"), scene.mode)
  const one = managed(plugin, scene.type, `scene ${++stages}`)
  if (scene.operation !== "create") {
    await one.up(scene.inputs(join(folder, "own"), { ...given, generation: scene.operation === "update" ? 1 : 2 }))
  }
  const news = scene.inputs(join(folder, "own"), { ...given, generation: 2 })
  return { folder: join(folder, "own"), one, news, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Performs the operation of a scene by a plugin that faults are injected into. */
export async function act({ operation }: Scene, { one, news }: Stage, plugin: Plugin, inputs: Raw): Promise<void> {
  const { id, outputs, inputs: oldInputs } = one.state ?? { id: "", outputs: {}, inputs: {} }
  if (operation === "create") {
    await plugin.create(one.urn, inputs)
  } else if (operation === "update") {
    await plugin.update(one.urn, id, { olds: outputs, oldInputs, news: inputs })
  } else await plugin.delete(one.urn, id, outputs, oldInputs)
  void news
}

/** Does what one `pulumi up` does after a fault. @returns the step that a preview then plans */
export async function heal({ operation }: Scene, { one, news }: Stage): Promise<string> {
  if (operation === "delete") {
    const run = await startPlugin()
    try {
      const { id = "", outputs = {}, inputs = {} } = one.state ?? {}
      await run.delete(one.urn, id, outputs, inputs)
    } finally {
      await run.stop()
    }
    return "same"
  }
  await one.up(news)
  return (await one.preview(news)).step
}

/** All files of a scene, with their contents and modes. */
export function filesOf(folder: string): ReadonlyMap<string, string> {
  const names = existsSync(folder) ? readdirSync(folder, { recursive: true, withFileTypes: true }) : []
  return new Map(
    names
      .filter((each) => each.isFile())
      .map((each) => [join(each.parentPath, each.name), readFileSync(join(each.parentPath, each.name), "latin1")]),
  )
}

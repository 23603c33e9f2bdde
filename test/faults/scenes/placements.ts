import { join } from "node:path"
import { bound } from "../../support/engine/managed.ts"
import type { Raw } from "../../support/engine/wire.ts"
import type { Operation, Scene, World } from "../scene.ts"
import { layFolder, makeResource } from "../stage.ts"

export const variable = "OPENCLAW_GATEWAY_TOKEN"
export const operations: readonly Operation[] = ["create", "update", "delete"]

const plist = `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>\n<key>A</key><string>b</string>\n</dict></plist>\n`
export const formats = {
  json5: ["openclaw.json", "gateway.auth.token", '// mine\n{ gateway: { mode: "local" } }\n'],
  dotenv: [".env", variable, "# mine\nA=b\n"],
  shell: [".zshrc", variable, "# mine\nexport A=b\n"],
  "environment-file": ["node.env", variable, "# mine\nA=b\n"],
  systemd: ["node.service", variable, "[Service]\nEnvironment=A=b\nExecStart=/bin/true\n"],
  plist: ["node.plist", variable, plist],
  compose: ["compose.yaml", `gw.${variable}`, "services:\n  gw:\n    image: x\n    environment:\n      A: b\n"],
  file: ["secret", "*", ""],
} as const satisfies Readonly<Record<string, readonly [name: string, locator: string, text: string]>>

/** The inputs of a placement in a folder, bound to the Token in that generation. */
export function placementIn(
  folder: string,
  format: keyof typeof formats,
  { token, first }: World,
  generation: 1 | 2,
): Raw {
  const [file, locator] = formats[format]
  return { path: join(folder, file), locator, format, ...bound(token), ...(generation === 1 ? first : {}) }
}

function placement(format: keyof typeof formats, operation: Operation, mode?: number): Scene {
  const [file, , text] = formats[format]
  return {
    name: `Placement in ${format}${mode === undefined ? "" : " by a host's sh"}`,
    ...{ type: "Placement", operation, isThorough: format === "file" && mode === undefined },
    async prepare(world) {
      const { folder, remove } = layFolder(text === "" ? {} : { [file]: text }, mode)
      const before = placementIn(folder, format, world, operation === "update" ? 1 : 2)
      const one = await makeResource(world, "Placement", operation, before)
      return { folder, one, news: placementIn(folder, format, world, 2), remove }
    },
  }
}

const all = Object.keys(formats) as (keyof typeof formats)[]

/** A place of each format, here; of some by a host's sh too. */
export const placements: readonly Scene[] = operations.flatMap((operation) => [
  ...all.map((format) => placement(format, operation)),
  ...(["json5", "file"] as const).map((format) => placement(format, operation, 0o777)),
])

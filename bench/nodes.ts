import { randomBytes } from "node:crypto"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { places } from "./fleet/places.ts"

/** Lists the files of a node, as seen from here. @param home its home, as seen from here */
export function filesIn(home: string): string[] {
  return places.map(({ path }) => path.replace("~", home))
}

/** Writes the files of a node that gatekey has not changed yet. */
export function furnish(home: string): void {
  for (const { path, before } of places) {
    const file = path.replace("~", home)
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    writeFileSync(file, before, { mode: 0o600 })
  }
}

/** Writes another token into one place of the node. */
export function drift(home: string): void {
  const file = join(home, ".openclaw/.env")
  const foreign = randomBytes(32).toString("hex")
  const text = readFileSync(file, "utf8")
  writeFileSync(file, text.replace(/^(OPENCLAW_GATEWAY_TOKEN=).*$/m, `$1${foreign}`))
}

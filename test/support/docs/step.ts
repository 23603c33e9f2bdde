import { readFileSync } from "node:fs"
import type { Scene } from "./scene.ts"

/** What is done around a block of a page. */
export interface Around {
  /** Which commands may fail, as `CODE COMMAND`. */
  readonly allowed?: RegExp
  /** Returns what is run in place of the page's own text, such as with another address. */
  readonly edit?: (text: string, scene: Scene) => string
  readonly before?: (scene: Scene) => unknown
  /** @param output what the block printed */
  readonly after?: (scene: Scene, output: string) => unknown
}

/** Runs lines that must work. */
export async function works(scene: Scene, lines: string): Promise<void> {
  const { output, failed } = await scene.run(lines)
  if (failed.length > 0) throw new Error(`${failed.join("\n")}\n${output}`)
}

/** The token in the gateway's own place. */
export function tokenOf({ gateway }: Scene): string {
  return readFileSync(gateway.secretFile, "utf8").trim()
}

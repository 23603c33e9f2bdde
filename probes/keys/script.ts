import { shellScript } from "../../core/shell.ts"
import { prelude } from "../services/script.ts"

const flush = 'flush() { sync "$1" 2>/dev/null || sync; }\n'
const look = shellScript("look.sh", import.meta.url)
const make = shellScript("make.sh", import.meta.url)
const remove = shellScript("remove.sh", import.meta.url)

interface Script {
  readonly script: string
  readonly args: readonly string[]
  readonly input?: Uint8Array
}

/** Inspects the file of a client's key. */
export function keyScript(path: string): Script {
  return { script: `${prelude}${look}`, args: [path] }
}

/**
 * Makes a key in the place of what is there, and prints its public half.
 * @param id whose key it is, such as `laptop.g1`
 * @param keeps what is there stays beside it, under a name with the time
 */
export function makeScript(path: string, id: string, keeps: boolean): Script {
  return { script: `${prelude}${flush}${make}`, args: [path, id, keeps ? "keep" : "replace"] }
}

/** Removes the key if that is its public half, and its folder if nothing else is there. */
export function removeScript(path: string, publicKey: string): Script {
  return { script: `${prelude}${remove}`, args: [path], input: Buffer.from(publicKey) }
}

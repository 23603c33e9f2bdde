import { shellScript } from "../../core/shell.ts"
import { prelude } from "../services/script.ts"

const flush = 'flush() { sync "$1" 2>/dev/null || sync; }\n'
const look = shellScript("look.sh", import.meta.url)
const request = shellScript("request.sh", import.meta.url)
const install = shellScript("install.sh", import.meta.url)
const remove = shellScript("remove.sh", import.meta.url)

interface Script {
  readonly script: string
  readonly args: readonly string[]
  readonly input?: Uint8Array
}

/** Inspects the file of a key and its certificate. */
export function certificateScript(path: string): Script {
  return { script: `${prelude}${look}`, args: [path] }
}

/** Makes a key that waits beside the file, and prints a request for its certificate. */
export function requestScript(path: string, commonName: string): Script {
  return { script: `${prelude}${flush}${request}`, args: [path, commonName] }
}

/**
 * Puts the key that waits, and its certificate, in the place of what was there.
 * @param certificate PEM
 * @param keeps what was there stays beside it, under a name with the time
 */
export function installScript(path: string, certificate: string, keeps: boolean): Script {
  return {
    script: `${prelude}${flush}${install}`,
    args: [path, keeps ? "keep" : "replace"],
    input: Buffer.from(certificate),
  }
}

/** Removes the file if its certificate has that digest (SHA-256, hex). */
export function removeScript(path: string, digest: string): Script {
  return { script: `${prelude}${remove}`, args: [path, digest] }
}

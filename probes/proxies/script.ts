import type { Forwarding } from "../../core/forwarding.ts"
import { shellScript } from "../../core/shell.ts"
import { prelude as common } from "../services/script.ts"

const prelude = `${common}${shellScript("prelude.sh", import.meta.url)}`
const look = shellScript("look.sh", import.meta.url)
const check = shellScript("check.sh", import.meta.url)
const apply = shellScript("apply.sh", import.meta.url)
const forward = shellScript("forward.sh", import.meta.url)
const tidy = shellScript("tidy.sh", import.meta.url)

interface Script {
  readonly script: string
  readonly args: readonly string[]
}

/** Inspects the proxy of a folder: the program, and what its process runs with. */
export function proxyScript(folder: string): Script {
  return { script: `${prelude}${look}`, args: [folder] }
}

/** Has HAProxy check a configuration in that folder. */
export function checkScript(folder: string, file: string): Script {
  return { script: `${prelude}${check}`, args: [folder, file] }
}

/** Removes a folder in that folder if nothing is left there. */
export function tidyScript(folder: string, inner: string): Script {
  return { script: `${prelude}${tidy}`, args: [folder, inner] }
}

/** Reports how a running guard hands clients on. @param forwarding how it is to do so from now on */
export function forwardScript(folder: string, forwarding?: Forwarding): Script {
  return { script: `${prelude}${forward}`, args: [folder, ...(forwarding === undefined ? [] : [forwarding])] }
}

/** Who is not let in any more. */
export interface Revoked {
  readonly commonName: string
  /** The name of its server line. */
  readonly server: string
}

/**
 * Has a running process load its configuration, without dropping a connection, and ends the sessions of the revoked in
 * every worker, also in those that a reload retired.
 * @param stamp of the configuration
 */
export function applyScript(folder: string, stamp: string, revoked: readonly Revoked[]): Script {
  const pairs = revoked.flatMap(({ commonName, server }) => [commonName, server])
  return { script: `${prelude}${apply}`, args: [folder, stamp, ...pairs] }
}

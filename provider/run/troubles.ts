import { normalizeHost } from "../../core/host.ts"

interface Trouble {
  readonly host: string
  readonly path: string | undefined
}

/**
 * Where the Reads of this run found something wrong. The engine runs all of them before the program starts, so a later
 * Check knows whether to survey its host.
 */
export class Troubles {
  readonly #troubles: Trouble[] = []

  /** Notes a problem. @param path of the file or folder; undefined if it may concern the whole host */
  noteTrouble(host: string, path?: string): void {
    this.#troubles.push({ host: normalizeHost(host), path })
  }

  /** Checks whether a home has a problem. @param home `~`, or an absolute folder, as in the declared paths */
  isTroubled(host: string, home: string): boolean {
    const here = this.#troubles.filter((trouble) => trouble.host === normalizeHost(host))
    return here.some(({ path }) => path === undefined || isWithin(path, home))
  }
}

function isWithin(path: string, folder: string): boolean {
  return `${path}/`.startsWith(`${folder.replace(/\/+$/, "")}/`)
}

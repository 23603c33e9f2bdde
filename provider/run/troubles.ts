import { normalizeHost } from "../../core/host.ts"

interface Trouble {
  readonly host: string
  readonly path: string | undefined
}

/**
 * Where the reads of this run found something that is not as it must be. The engine runs all of them before the program
 * starts, so whoever is checked later knows whether its host is worth another look.
 */
export class Troubles {
  readonly #troubles: Trouble[] = []

  /** @param path of the file that it is about, or of a folder; nothing where it may be all of the host */
  noteTrouble(host: string, path?: string): void {
    this.#troubles.push({ host: normalizeHost(host), path })
  }

  /** @param home `~`, or an absolute folder, as in the paths of what is declared there: other homes do not concern it */
  isTroubled(host: string, home: string): boolean {
    const here = this.#troubles.filter((trouble) => trouble.host === normalizeHost(host))
    return here.some(({ path }) => path === undefined || isWithin(path, home))
  }
}

function isWithin(path: string, folder: string): boolean {
  return `${path}/`.startsWith(`${folder.replace(/\/+$/, "")}/`)
}

import type { AuthoritySet } from "../../certificates/authority-set.ts"
import { UserError } from "../../core/errors.ts"
import { Arrivals } from "./arrivals.ts"
import type { Observed, SeenCertificate, SeenProxy } from "./observed.ts"

/**
 * What this run has seen of Authorities, by their ids: their keys go from one resource to the other in this process only.
 * The engine runs all Reads before the program, so an Authority's Update knows what depends on it.
 */
export class Authorities {
  readonly #known = new Map<string, AuthoritySet>()
  readonly #arrivals = new Arrivals()
  readonly #certificates = new Map<string, Map<string, SeenCertificate>>()
  readonly #proxies = new Map<string, Map<string, SeenProxy>>()

  learn(id: string, authority: AuthoritySet): void {
    this.#known.set(id, authority)
    this.#arrivals.announce()
  }

  /** Returns an Authority in a Read, which may be ahead of the Authority's own: it waits a moment. */
  async authoritySoon(id: unknown): Promise<AuthoritySet | undefined> {
    await this.#arrivals.until(() => this.#known.has(String(id)))
    return this.#known.get(String(id))
  }

  /** @throws UserError if the Authority is not part of this run */
  async authorityNow(id: unknown): Promise<AuthoritySet> {
    const authority = await this.authoritySoon(id)
    if (!authority) throw new UserError("its Authority is not part of this run; drop `--target`")
    return authority
  }

  noteCertificate(authority: string, id: string, seen: SeenCertificate): void {
    noted(this.#certificates, authority).set(id, seen)
  }

  noteProxy(authority: string, id: string, seen: SeenProxy): void {
    noted(this.#proxies, authority).set(id, seen)
  }

  observed(authority: string): Observed {
    return { certificates: noted(this.#certificates, authority), proxies: noted(this.#proxies, authority) }
  }
}

function noted<T>(all: Map<string, Map<string, T>>, authority: string): Map<string, T> {
  const found = all.get(authority) ?? new Map<string, T>()
  all.set(authority, found)
  return found
}

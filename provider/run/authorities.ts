import type { Authority } from "../../certificates/authority.ts"
import { UserError } from "../../core/errors.ts"
import { Arrivals } from "./arrivals.ts"

/** What this run has seen of Authorities, by their ids: their keys go from one resource to the other in this process only. */
export class Authorities {
  readonly #known = new Map<string, Authority>()
  readonly #arrivals = new Arrivals()

  learn(id: string, authority: Authority): void {
    this.#known.set(id, authority)
    this.#arrivals.announce()
  }

  /** Returns an Authority in a Read, which may be ahead of the Authority's own: it waits a moment. */
  async authoritySoon(id: unknown): Promise<Authority | undefined> {
    await this.#arrivals.until(() => this.#known.has(String(id)))
    return this.#known.get(String(id))
  }

  /** @throws UserError if the Authority is not part of this run */
  async authorityNow(id: unknown): Promise<Authority> {
    const authority = await this.authoritySoon(id)
    if (!authority) throw new UserError("its Authority is not part of this run; drop `--target`")
    return authority
  }
}

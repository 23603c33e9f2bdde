/** The tokens that this run has written, by place and fingerprint. */
export class Staged {
  readonly #written = new Map<string, string>()

  /** Notes that the token was written. @param id of the place */
  note(id: string, fingerprint: string | undefined): void {
    if (fingerprint !== undefined) this.#written.set(id, fingerprint)
  }

  has(id: string, fingerprint: string | undefined): boolean {
    return fingerprint !== undefined && this.#written.get(id) === fingerprint
  }
}

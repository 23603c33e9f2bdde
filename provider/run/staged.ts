/** Which token this run has written where, by its fingerprint. */
export class Staged {
  readonly #written = new Map<string, string>()

  /** @param id of the place */
  note(id: string, fingerprint: string | undefined): void {
    if (fingerprint !== undefined) this.#written.set(id, fingerprint)
  }

  has(id: string, fingerprint: string | undefined): boolean {
    return fingerprint !== undefined && this.#written.get(id) === fingerprint
  }
}

/** The devices of the pairings that this run has seen, by the resource that knows each. */
export class Devices {
  readonly #declared = new Set<string>()
  readonly #devices = new Map<string, string>()

  /** Notes a pairing that the program declares. */
  declare(urn: string): void {
    this.#declared.add(urn)
  }

  note(urn: string, device: string | undefined): void {
    if (device !== undefined) this.#devices.set(urn, device)
  }

  /** Checks whether a declared pairing has the device: it was renamed, or its gateway's host was. */
  isHeld(device: string): boolean {
    return [...this.#devices].some(([urn, id]) => id === device && this.#declared.has(urn))
  }
}

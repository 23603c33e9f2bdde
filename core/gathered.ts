/** Collects received bytes up to a limit. */
export class ByteCollector {
  readonly #chunks: Uint8Array[] = []
  readonly #most: number
  #size = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Adds bytes. @returns false if they exceed the limit, beyond which nothing is kept */
  add(chunk: Uint8Array): boolean {
    const room = this.#most - this.#size
    if (chunk.length <= room) {
      this.#chunks.push(chunk)
      this.#size += chunk.length
      return true
    }
    if (room > 0) this.#chunks.push(chunk.subarray(0, room))
    this.#size = this.#most
    return false
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get text(): string {
    return this.bytes.toString()
  }
}

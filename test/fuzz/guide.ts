import { Session } from "node:inspector"

const product =
  /\/(?:core|places|products|probes|hosts|gateways|vaults|certificates|proxies|survey|stacks|cli|provider)\//

/** Tells whether inputs reached parts of the product that no input before them did, by V8's block coverage. */
export class Guide {
  readonly #session = new Session()
  readonly #reached = new Set<string>()

  start(): void {
    this.#session.connect()
    this.#post("Profiler.enable")
    this.#post("Profiler.startPreciseCoverage", { callCount: false, detailed: true })
  }

  /** Ends the counting, which makes the product several times slower. */
  pause(): void {
    this.#post("Profiler.stopPreciseCoverage")
  }

  stop(): void {
    this.#session.disconnect()
  }

  /** Counts the blocks that were reached for the first time since the last call. */
  countNews(): number {
    const { result } = this.#post("Profiler.takePreciseCoverage") as { result: readonly Script[] }
    const before = this.#reached.size
    for (const { url, functions } of result) {
      if (!product.test(url) || url.includes("/test/") || url.includes("/node_modules/")) continue
      for (const { ranges } of functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count > 0) this.#reached.add(`${url} ${startOffset} ${endOffset}`)
        }
      }
    }
    return this.#reached.size - before
  }

  get blocks(): number {
    return this.#reached.size
  }

  #post(method: string, parameters: object = {}): unknown {
    let answer: unknown
    this.#session.post(method, parameters, (error: Error | null, result: unknown) => {
      if (error) throw error
      answer = result
    })
    return answer
  }
}

interface Script {
  readonly url: string
  readonly functions: readonly {
    readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[]
  }[]
}

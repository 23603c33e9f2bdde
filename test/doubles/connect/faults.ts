import type { ServerResponse } from "node:http"
import { setTimeout as sleep } from "node:timers/promises"

/** What goes wrong with an answer. */
type Fault =
  /** The connection ends without one. */
  | { readonly kind: "drop" }
  /** In the midst of it. */
  | { readonly kind: "cut" }
  | { readonly kind: "status"; readonly status: number; readonly message?: string }
  /** It comes, later. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** A page of whatever stands before the server, or is there instead of it. */
  | { readonly kind: "garbage"; readonly text?: string }
  | { readonly kind: "redirect"; readonly to: string }

/** For the requests that it names, and as often as it says; else for all, until it is cleared. */
export type Planned = Fault & { readonly method?: string; readonly path?: string; readonly times?: number }

export class Faults {
  #planned: { fault: Planned; left: number }[] = []

  plan(...faults: readonly Planned[]): void {
    for (const fault of faults) this.#planned.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY })
  }

  clear(): void {
    this.#planned = []
  }

  /** @returns whether the request has had its answer */
  async strike(method: string, path: string, response: ServerResponse): Promise<boolean> {
    const planned = this.#planned.find(
      ({ fault, left }) =>
        left > 0 && (fault.method ?? method) === method && (!fault.path || new RegExp(fault.path).test(path)),
    )
    if (!planned) return false
    planned.left--
    return strike(planned.fault, response)
  }
}

async function strike(fault: Fault, response: ServerResponse): Promise<boolean> {
  switch (fault.kind) {
    case "slow":
      await sleep(fault.milliseconds, undefined, { ref: false })
      return false
    case "drop":
      response.socket?.destroy()
      return true
    case "cut":
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" })
      response.write('[{"id":')
      setTimeout(() => response.socket?.destroy(), 20)
      return true
    case "status": {
      const { status, message = "something went wrong" } = fault
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ status, message }))
      return true
    }
    case "garbage":
      response.writeHead(200, { "content-type": "text/html" }).end(fault.text ?? "<html><body>Welcome</body></html>")
      return true
    case "redirect":
      response.writeHead(302, { location: fault.to }).end()
      return true
  }
}

import { spawn } from "node:child_process"
import { once } from "node:events"
import type { ProductName } from "../../../products/product.ts"
import { whenFinished } from "../finished.ts"
import { until } from "../until.ts"
import { commandOf, environmentOf, isReady, shareCompiled, triesOnABusyMachine } from "./gateway.ts"

/** Starts the product itself in a home, until the test ends, or it is stopped. */
export function startProduct(
  product: ProductName,
  home: string,
  words: readonly string[],
  env: { readonly [name: string]: string } = {},
  atEnd: typeof whenFinished = whenFinished,
): { readonly stop: () => Promise<void>; readonly hasEnded: () => boolean } {
  const [program = "", ...args] = commandOf(product, ...words)
  shareCompiled(home)
  const own = { ...environmentOf(product, home), SHELL: "/bin/sh", ...env }
  const child = spawn(program, args, { cwd: home, env: own, stdio: "ignore" })
  const ended = once(child, "exit")
  const stop = async () => {
    child.kill("SIGKILL")
    await ended
  }
  atEnd(stop)
  return { stop, hasEnded: () => child.exitCode !== null }
}

/** Starts a gateway in a home, until the test ends, and waits until it takes clients. */
export async function startReady(
  product: ProductName,
  home: string,
  port: number,
  words: readonly string[] = [],
  env: { readonly [name: string]: string } = {},
  atEnd: typeof whenFinished = whenFinished,
): Promise<void> {
  const start = () => startProduct(product, home, ["gateway", "run", ...words], env, atEnd)
  let [gateway, left] = [start(), triesOnABusyMachine]
  await until(() => {
    if (gateway.hasEnded() && left-- > 0) gateway = start()
    return isReady(product, port)
  }, 240_000)
}

import { spawn } from "node:child_process"
import { once } from "node:events"
import { onTestFinished } from "vitest"
import type { ProductName } from "../../products/product.ts"
import { commandOf, environmentOf } from "./gateway.ts"

/** Starts the product itself in a home, until the test ends, or it is stopped. */
export function startProduct(
  product: ProductName,
  home: string,
  words: readonly string[],
  env: { readonly [name: string]: string } = {},
): { readonly stop: () => Promise<void> } {
  const [program = "", ...args] = commandOf(product, ...words)
  const own = { ...environmentOf(product, home), SHELL: "/bin/sh", ...env }
  const child = spawn(program, args, { cwd: home, env: own, stdio: "ignore" })
  const ended = once(child, "exit")
  const stop = async () => {
    child.kill("SIGKILL")
    await ended
  }
  onTestFinished(stop)
  return { stop }
}

import { noProduct } from "../test/support/products/gateway.ts"
import { noHaproxy } from "../test/support/proxies/haproxy.ts"
import { bench, part } from "./ending.ts"
import { noClock } from "./guard/clock.ts"
import { missedIn, type Result } from "./guard/expected.ts"
import { figures } from "./guard/figures.ts"
import { guardOptions } from "./guard/options.ts"

await bench(async () => {
  const options = guardOptions(process.argv.slice(2))
  // Before the first of its minutes.
  const clock = options.only.includes("laptop") ? noClock : undefined
  const missing = [noHaproxy, noProduct("openclaw"), clock].filter((each) => each !== undefined)
  if (missing.length > 0) throw new Error(missing.join("\n"))
  const all: Record<string, unknown> = {}
  const missed: string[] = []
  for (const { name, measure, expected } of figures.filter(({ name }) => options.only.includes(name))) {
    console.log(`${name}: begins`)
    const found: Result = await part(() => measure(options)).catch((error) => ({ [name]: { error: messageOf(error) } }))
    Object.assign(all, found)
    missed.push(...missedIn(found, expected, options.quick))
    console.log(`${name}: ${JSON.stringify(found)}`)
  }
  if (missed.length > 0) process.exitCode = 1
  for (const line of missed) console.log(`missed: ${line}`)
  console.log(JSON.stringify(all))
})

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.slice(-3000) : String(error)
}

import { noProduct } from "../test/support/products/gateway.ts"
import { bench } from "./ending.ts"
import { benchFolder } from "./project.ts"
import { benchClawdbot } from "./rotation/clawdbot.ts"
import { benchInterrupted } from "./rotation/interrupted.ts"
import { benchOpenclaw } from "./rotation/openclaw.ts"
import { rotationOptions } from "./rotation/options.ts"

await bench(async () => {
  const { only, rotations, clawdbot, pairs, cases } = rotationOptions(process.argv.slice(2))
  const needed = new Set(only.map((part) => (part === "clawdbot" ? "clawdbot" : "openclaw")))
  // Before the first of its minutes.
  const missing = [...needed].flatMap((name) => noProduct(name) ?? [])
  if (missing.length > 0) throw new Error(missing.join("\n"))
  const figures = {
    ...(only.includes("openclaw") ? await benchOpenclaw(benchFolder(), rotations, pairs) : {}),
    ...(only.includes("clawdbot") ? await benchClawdbot(benchFolder(), clawdbot) : {}),
    ...(only.includes("interrupted") ? await benchInterrupted(benchFolder(), cases) : {}),
  }
  console.log(JSON.stringify(figures))
})

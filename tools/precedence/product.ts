import { spawn } from "node:child_process"
import { mkdtempSync } from "node:fs"
import { join } from "node:path"
import pLimit from "p-limit"
import type { ProductName } from "../../products/product.ts"
import type { Case } from "./cases.ts"
import { type Answer, laid } from "./site.ts"

/** A process of the product's code keeps what it has read: it is asked for so many at most. */
const mostAtOnce = 250

/** Asks the product's own code about each case, in processes side by side. */
export async function answersOf(
  product: ProductName,
  cases: readonly Case[],
  top: string,
  parallel = 2,
): Promise<Answer[]> {
  const limit = pLimit(parallel)
  const starts = Array.from({ length: Math.ceil(cases.length / mostAtOnce) }, (_, at) => at * mostAtOnce)
  const parts = starts.map((from) => limit(() => asked(product, cases.slice(from, from + mostAtOnce), top)))
  return (await Promise.all(parts)).flat()
}

async function asked(product: ProductName, cases: readonly Case[], top: string): Promise<Answer[]> {
  const sites = cases.map((each) => laid(each, top))
  const own = mkdtempSync(join(top, "own-"))
  const env = { PATH: process.env.PATH ?? "", HOME: own, TMPDIR: own }
  const program = join(import.meta.dirname, `${product}.ts`)
  const child = spawn(process.execPath, [program], { env, stdio: ["pipe", "pipe", "pipe"] })
  child.stdin.end(JSON.stringify(sites))
  const [out, errors]: [Buffer[], Buffer[]] = [[], []]
  child.stderr.on("data", (chunk) => errors.push(chunk))
  for await (const chunk of child.stdout) out.push(chunk)
  const last = Buffer.concat(out).toString().trim().split("\n").at(-1) ?? ""
  if (!last.startsWith("["))
    throw new Error(`${product} gave no answer:\n${Buffer.concat(errors).toString().slice(-2_000)}`)
  return JSON.parse(last)
}

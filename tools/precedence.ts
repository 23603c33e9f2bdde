import { rmSync } from "node:fs"
import { productNames } from "../products/product.ts"
import { allCases } from "./precedence/cases.ts"
import { disagreements } from "./precedence/compare.ts"
import { newFolder } from "./precedence/site.ts"

// Compares what gatekey reports of every source of a credential, alone and with each other one, with what the installed
// products do. The last line is JSON.

const top = newFolder()
try {
  let [tried, found] = [0, 0]
  for (const product of productNames) {
    const cases = allCases(product)
    const lines = await disagreements(product, cases, top)
    for (const line of lines) console.log(line)
    tried += cases.length
    found += lines.length
  }
  console.log(JSON.stringify({ tried, disagreements: found }))
  process.exitCode = found === 0 ? 0 : 1
} finally {
  rmSync(top, { recursive: true, force: true })
}

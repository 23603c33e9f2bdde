import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { productNames } from "../../../products/product.ts"
import { allCases, singleCases } from "../../../tools/precedence/cases.ts"
import { disagreements } from "../../../tools/precedence/compare.ts"
import { folder } from "../../support/hosts/machine.ts"
import { noProduct } from "../../support/products/gateway.ts"
import { seed } from "../../support/seed.ts"

/** `npm run precedence` tries them all; openclaw takes a tenth of a second for each. */
const sample = { openclaw: 60, clawdbot: 400 }

describe.each(productNames)("%s's own code", (product) => {
  const why = noProduct(product)
  it.skipIf(why)(`takes the credential that gatekey says (seed ${seed}) [${why ?? "installed"}]`, async () => {
    const some = { seed, numRuns: sample[product] }
    const singles = fc.sample(fc.constantFrom(...singleCases(product)), some)
    const pairs = fc.sample(fc.constantFrom(...allCases(product)), some)
    const cases = [...new Map([...singles, ...pairs].map((each) => [each.name, each])).values()]
    expect(await disagreements(product, cases, folder(), 1)).toEqual([])
  })
})

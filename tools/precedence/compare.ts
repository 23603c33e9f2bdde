import type { ProductName } from "../../products/product.ts"
import type { Case } from "./cases.ts"
import { resolveByGatekey } from "./gatekey.ts"
import { answersOf } from "./product.ts"
import type { Answer } from "./site.ts"

/** Lists the cases in which gatekey reports another result than the product's, a line each. */
export async function disagreements(
  product: ProductName,
  cases: readonly Case[],
  top: string,
  parallel?: number,
): Promise<string[]> {
  const answers = await answersOf(product, cases, top, parallel)
  return cases.flatMap((each, at) => {
    const [actual, reported] = [describeAnswer(answers[at] ?? {}), describeAnswer(resolveByGatekey(each))]
    return actual === reported ? [] : [`${each.name}: ${product} ${actual}, gatekey reports that it ${reported}`]
  })
}

function describeAnswer({ refuses, mode, token, password, generated }: Answer): string {
  if (refuses !== undefined) return "refuses"
  const held = [generated ? "a token that it makes up" : token, password].filter((each) => each)
  return [...(mode ? [`has the mode ${mode}`] : []), `takes ${held.join(" and ") || "nothing"}`].join(" and ")
}

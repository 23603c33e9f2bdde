import type { ProductName } from "../../products/product.ts"
import type { Case } from "./cases.ts"
import { saidOf } from "./gatekey.ts"
import { answersOf } from "./product.ts"
import type { Answer } from "./site.ts"

/** Lists the cases in which gatekey says something else than the product does, a line each. */
export async function disagreements(
  product: ProductName,
  cases: readonly Case[],
  top: string,
  parallel?: number,
): Promise<string[]> {
  const answers = await answersOf(product, cases, top, parallel)
  return cases.flatMap((each, at) => {
    const [does, said] = [wordsOf(answers[at] ?? {}), wordsOf(saidOf(each))]
    return does === said ? [] : [`${each.name}: ${product} ${does}, gatekey says that it ${said}`]
  })
}

function wordsOf({ refuses, mode, token, password, generated }: Answer): string {
  if (refuses !== undefined) return "refuses"
  const held = [generated ? "a token that it makes up" : token, password].filter((each) => each)
  return [...(mode ? [`has the mode ${mode}`] : []), `takes ${held.join(" and ") || "nothing"}`].join(" and ")
}

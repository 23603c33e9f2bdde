import { products } from "../../products/index.ts"
import type { Product } from "../../products/product.ts"
import type { Survey } from "../collect/survey.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { placeName } from "../resolve/names.ts"
import type { Adopted } from "./adopted-token.ts"
import { describeReason } from "./describe.ts"
import { Suggestion } from "./draft.ts"
import { isWeak } from "./places.ts"

/** Returns `overwrite` for other values in a member's own places: only weak ones are overwritten without a decision. */
export function overwriteOf(
  copies: readonly PlaceCopy[],
  adopted: Adopted | undefined,
  survey: Survey,
): { overwrite?: true | Suggestion } {
  const foreign = copies.filter(({ held }) => held.kind === "value" && !(adopted && held.value.equals(adopted.value)))
  const unknown = foreign.filter((copy) => !adopted?.proved || !isWeak(copy))
  const references = copies.filter(isOwnReference)
  if (foreign.length === 0 && references.length === 0) return {}
  if (unknown.length === 0 && references.length === 0) return { overwrite: true }
  const names = (all: readonly PlaceCopy[]) =>
    [...new Set(all.map((copy) => placeName(copy, survey.snapshot.home)))].join(", ")
  const why = [
    ...(unknown.length > 0
      ? [`${names(unknown)}: ${describeReason(unknown, adopted)}; if uncommented, it is removed`]
      : []),
    ...(references.length > 0
      ? [
          `${names(references)}: a reference of your own; if uncommented, gatekey's reference replaces it, and the file that it refers to keeps its token`,
        ]
      : []),
  ]
  return { overwrite: new Suggestion(true, why.join(". ")) }
}

/** Checks for a reference in a config that is not gatekey's. */
function isOwnReference({ kind, held, product }: PlaceCopy): boolean {
  if (!kind.startsWith("config") || kind === "config remote token") return false
  const { secretRef }: Product = products[product ?? "openclaw"]
  return (
    held.kind === "variable" || (held.kind === "file" && !(secretRef && held.path.endsWith(secretRef.file.slice(1))))
  )
}

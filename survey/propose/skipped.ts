import { shown } from "../../core/escape.ts"
import { showPath } from "../../core/home.ts"
import { products } from "../../products/index.ts"
import type { Product } from "../../products/product.ts"
import type { View } from "../resolve/view.ts"

/** Checks whether a member reads the config that gatekey would write: the default folder's, with the product's own name. */
export function isUsual(view: View): boolean {
  return view.member.profile === undefined && legacyNameOf(view) === undefined
}

/** Describes a member that is not declared, because places are only in the default folder. */
export function describeSkippedMember(view: View): string {
  const { name, survey, member } = view
  const { product, role, located } = member
  const own = showPath(located.config, survey.snapshot.home)
  const legacy = legacyNameOf(view)
  const fix = legacy
    ? `; stop it, rename the file (mv ${own} ${own.replace(/[^/]+$/, legacy)}), start it, then scan again`
    : ""
  return `the ${product} ${role} of ${shown(name)} is left out: it reads ${own}, but gatekey writes ${products[product].config}${fix}`
}

/** Returns the product's own name for a config that has its predecessor's; undefined for any other. */
function legacyNameOf({ member: { product, located } }: View): string | undefined {
  const { config, legacyConfig }: Product = products[product]
  return legacyConfig && located.config.endsWith(`/${legacyConfig}`) ? config.replace(/^.*\//, "") : undefined
}

import type { PlaceCopy } from "../files/place-copy.ts"

/** Returns the config and key of a copy, also in an included file. */
export function keyOf({ included, path, locator }: PlaceCopy): { readonly config: string; readonly key: string } {
  return included ?? { config: path, key: locator }
}

/** Checks whether another file, or the config itself, overrides an included copy. */
export function isOverridden({ included, shadowed }: PlaceCopy): boolean {
  return included !== undefined && shadowed === true
}

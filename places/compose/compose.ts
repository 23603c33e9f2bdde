import { onBytes, textOf } from "../common/text.ts"
import type { Format } from "../format.ts"
import { drop, put } from "./change.ts"
import { findIn } from "./find.ts"
import { selectEntries } from "./selection.ts"

/** A variable in the `environment` of a Compose service: the locator is `SERVICE.VARIABLE`. */
export const compose: Format = {
  name: "compose",
  ...onBytes({
    find: (text, locator) => findIn(selectEntries(text, locator)),
    put: (text, locator, content) => put(selectEntries(text, locator), textOf(content, "Compose environment")),
    drop: (text, locator) => drop(selectEntries(text, locator)),
  }),
}

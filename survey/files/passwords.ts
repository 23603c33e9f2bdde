import type { FileSnapshot } from "../../hosts/host.ts"
import { formats } from "../../places/index.ts"
import { productNames } from "../../products/product.ts"
import { formatVariable } from "../../products/readers.ts"
import { credentialKeys, profileOf } from "./config-copies.ts"
import { valuesAt } from "./copy.ts"
import type { File } from "./home-snapshot.ts"
import { formatsOfVariables, type Kind } from "./kinds.ts"
import type { PlaceCopy } from "./place-copy.ts"
import { unlessBroken } from "./unless-broken.ts"

/** Finds the passwords in one file; none if it cannot be read, which its tokens report. */
export function passwordsIn(file: File, look: FileSnapshot): PlaceCopy[] {
  const format = file.kind === "backup" ? "json5" : formatsOfVariables[file.kind]
  if (!format || look.kind !== "file") return []
  const own = ["config", "dotenv", "backup"].includes(file.kind)
  return productNames
    .filter((product) => !own || (file.product ?? product) === product)
    .flatMap((product) => {
      const base = { path: file.path, file, product, format, ...(file.role ? { role: file.role } : {}) }
      const of = { ...base, ...(own ? profileOf(file) : {}) }
      const kinds: readonly (readonly [string, Kind])[] =
        file.kind === "config"
          ? credentialKeys(product, "password")
          : file.kind === "backup"
            ? credentialKeys(product, "password").map(([key]) => [key, file.kind] as const)
            : [[formatVariable(product, "password"), file.kind]]
      return kinds.flatMap(([locator, kind]) =>
        unlessBroken(() => valuesAt(formats[format], look.bytes, locator)).map((held) => ({
          ...of,
          kind,
          locator,
          held,
        })),
      )
    })
}

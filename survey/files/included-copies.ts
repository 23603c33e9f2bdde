import { shown } from "../../core/escape.ts"
import { omitUndefined } from "../../core/given.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { formats } from "../../places/index.ts"
import { familyOf } from "../../places/shell/family.ts"
import type { ProductName } from "../../products/product.ts"
import { type Credential, credentials, formatVariable } from "../../products/readers.ts"
import { credentialKeys, profileOf } from "./config-copies.ts"
import { copiesOf } from "./copy.ts"
import type { File, HomeSnapshot } from "./home-snapshot.ts"
import { type Resolved, resolvedConfig } from "./includes.ts"
import { formatsOfVariables } from "./kinds.ts"
import type { PlaceCopy } from "./place-copy.ts"
import { unlessBroken } from "./unless-broken.ts"

type Looks = ReadonlyMap<string, FileSnapshot>

/** A config that includes others, and the result. */
export interface Included {
  readonly file: File & { readonly product: ProductName }
  readonly resolved: Resolved
}

/** Lists the configs that include other files. */
export function includedIn({ files }: HomeSnapshot, looks: Looks): Included[] {
  return files.flatMap((file): Included[] => {
    const { kind, path, product } = file
    const look = looks.get(path)
    if (kind !== "config" || !product || look?.kind !== "file" || !Buffer.from(look.bytes).includes("$include"))
      return []
    return [{ file: { ...file, product }, resolved: resolvedConfig(path, product, looks) }]
  })
}

/** Finds the copies in included files, as far as they count; and reports why the product rejects the config. */
export function copiesOfIncluded(
  { file, resolved }: Included,
  looks: Looks,
  credential: Credential,
  files: readonly File[],
): PlaceCopy[] {
  const { product, path: config } = file
  const copies = credentialKeys(product, credential).flatMap(([key, kind]): PlaceCopy[] => {
    return resolved.origins(...key.split(".")).flatMap(({ path, locator }, at): PlaceCopy[] => {
      const look = looks.get(path)
      if (path === config || look?.kind !== "file") return []
      const own = files.find((each) => each.path === path)
      const place = {
        kind,
        path,
        locator,
        format: "json5",
        product,
        ...profileOf(file),
        ...omitUndefined({ file: own }),
      } as const
      const base = { ...place, included: { config, key } }
      const found = unlessBroken(() => copiesOf(base, formats.json5.find(look.bytes, locator), look.bytes))
      return at > 0 ? found.map((copy) => ({ ...copy, shadowed: true as const })) : found
    })
  })
  const { problem } = resolved
  if (problem === undefined || credential !== "token") return copies
  const held = { kind: "broken", reason: shown(problem, 300), isContent: true } as const
  return [...copies, { kind: "config", path: config, locator: "*", product, file, ...profileOf(file), held }]
}

/** Finds where a variable is set that a config names in place of a credential. */
export function namedVariableCopies({ files }: HomeSnapshot, looks: Looks, copies: readonly PlaceCopy[]): PlaceCopy[] {
  const all = copies.flatMap(({ held, product, kind }) =>
    held.kind === "variable" && product && kind.startsWith("config") ? [[product, held.name] as const] : [],
  )
  const names = [...new Map(all.map((each) => [each.join(" "), each])).values()]
  return files.flatMap((file): PlaceCopy[] => {
    const { kind, path } = file
    const [format, look] = [formatsOfVariables[kind], looks.get(path)]
    if (look?.kind === "file" && kind === "profile") return namedInProfile(file, look.bytes, names)
    if (!format || look?.kind !== "file") return []
    return names.flatMap(([product, name]): PlaceCopy[] => {
      if (isOwnVariable(product, name) || (file.product !== undefined && file.product !== product)) return []
      const locators =
        kind === "config" ? [`env.vars.${name}`, ...(product === "clawdbot" ? [`env.${name}`] : [])] : [name]
      const as = kind === "config" ? "config environment" : kind
      return locators.flatMap((locator) =>
        unlessBroken(() => {
          const base = { kind: as, path, locator, format, product, file, isNamed: true as const }
          const found = formats[format].find(look.bytes, locator)
          return copiesOf({ ...base, ...profileOf({ ...file, product }) }, found, look.bytes)
        }),
      )
    })
  })
}

function isOwnVariable(product: ProductName, name: string): boolean {
  return credentials.some((each) => formatVariable(product, each) === name)
}

/** Finds where a shell file exports such a variable; what fish and csh set is not known. */
function namedInProfile(
  file: File,
  bytes: Uint8Array,
  names: readonly (readonly [ProductName, string])[],
): PlaceCopy[] {
  const { kind, path } = file
  if (/\/systemd\//.test(path) || path.endsWith(".pam_environment")) return []
  const text = Buffer.from(bytes).toString("utf8")
  const format = /\/environment(?:\.d\/[^/]+)?$/.test(path) ? "environment-file" : "shell"
  return names
    .filter(([product, name]) => !isOwnVariable(product, name) && text.includes(name))
    .flatMap(([product, locator]): PlaceCopy[] => {
      const base = { kind, path, locator, product, file, isNamed: true as const }
      if (familyOf(path)) return [{ ...base, held: { kind: "reference" } }]
      return unlessBroken(() => copiesOf({ ...base, format }, formats[format].find(bytes, locator), bytes))
    })
}

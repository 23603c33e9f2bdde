import { Secret } from "../../core/secret.ts"
import { BOM } from "../../places/common/text.ts"
import { parseDocument } from "../../places/json5/document.ts"
import type { ProductName } from "../../products/product.ts"
import { type Credential, formatVariable } from "../../products/readers.ts"
import { brokenValue } from "./broken-value.ts"
import { type Base, copiesAt, textOf } from "./copy.ts"
import type { File } from "./home-snapshot.ts"
import type { Kind } from "./kinds.ts"
import type { HeldValue, PlaceCopy } from "./place-copy.ts"

/** Lists the keys of a credential in a product's config, with their kinds; a password has no kinds of its own. */
export function credentialKeys(product: ProductName, credential: Credential): readonly (readonly [string, Kind])[] {
  const variable = formatVariable(product, credential)
  const isToken = credential === "token"
  return [
    [`gateway.auth.${credential}`, isToken ? "config auth token" : "config"],
    [`gateway.remote.${credential}`, isToken ? "config remote token" : "config"],
    [`env.vars.${variable}`, "config environment"],
    [`env.${variable}`, "config environment"],
  ]
}

export function configCopies(base: Base, bytes: Uint8Array): PlaceCopy[] {
  const own = { ...base, ...profileOf(base.file) }
  if (base.kind === "config" && isEmptyText(bytes)) {
    const held = brokenValue("it is empty, expected an object such as {}, without which the product rejects it")
    return [{ ...own, locator: "*", held: { ...held, isContent: true } }]
  }
  return credentialKeys(base.product ?? "openclaw", "token")
    .flatMap(([locator, kind]) => copiesAt(base.kind === "backup" ? own : { ...own, kind }, bytes, "json5", locator))
    .map((copy) => ({ ...copy, held: asProductReads(copy.held, base.product) }))
}

/** Checks for a text without a value: empty, blank, or only comments. */
function isEmptyText(bytes: Uint8Array): boolean {
  return parseDocument(textOf(bytes).replace(BOM, "")).root === undefined
}

/** Returns the value as the product reads it: for clawdbot `$NAME` is a plain token. */
function asProductReads(held: HeldValue, product: ProductName | undefined): HeldValue {
  if (product !== "clawdbot" || held.kind !== "variable" || !held.isBare) return held
  return { kind: "value", value: new Secret(`$${held.name}`) }
}

/** Returns a file's profile: `work` for `~/.openclaw-work/openclaw.json`. */
export function profileOf({ path, product, profile }: Pick<File, "path" | "product" | "profile">): {
  readonly profile?: string
} {
  if (profile !== undefined) return { profile }
  const found = product && new RegExp(`/\\.${product}-([^/]+)/`).exec(path)?.[1]
  return found ? { profile: found } : {}
}

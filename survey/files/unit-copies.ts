import { Secret } from "../../core/secret.ts"
import { products } from "../../products/index.ts"
import { productNames, type Role } from "../../products/product.ts"
import { type Base, collectCopies, copiesAt, scriptCopy, variables, variablesIn } from "./copy.ts"
import type { Definition } from "./definition.ts"
import { definitionIn, wordsIn } from "./definitions.ts"
import type { Kind } from "./kinds.ts"
import type { PlaceCopy } from "./place-copy.ts"
import { heldInScript, type ScriptValue } from "./script-text.ts"
import { unlessBroken } from "./unless-broken.ts"

/** Finds the variables and the `--token` of a property list or a unit. */
export function definitionCopies(base: Base, bytes: Uint8Array): PlaceCopy[] {
  const format = base.kind === "unit environment" ? "systemd" : "plist"
  const [definition] = unlessBroken(() => [definitionIn(base.path, bytes, format)])
  const { role, product } = definition?.running ?? {}
  const own = {
    ...base,
    ...(role ? { role } : {}),
    ...(product ? { product } : {}),
    ...(definition ? { definition } : {}),
  }
  const args: Kind = format === "systemd" ? "unit arguments" : "launch agent arguments"
  // An argument of `sh -c` is a script.
  return collectCopies(
    own,
    () => variablesIn(own, bytes, format),
    () => copiesAt({ ...own, kind: args }, bytes, format, "--token"),
    () => valuesInWords(wordsIn(bytes, format)).map((held) => scriptCopy({ ...own, kind: args }, held)),
  )
}

/** Finds the variables of a drop-in, and the values in its own command. */
export function dropInCopies(base: Base, bytes: Uint8Array): PlaceCopy[] {
  const own = { ...base, ...ownerOfDropIn(base.path) }
  const args = { ...own, kind: "unit arguments" as const }
  return collectCopies(
    own,
    () => variablesIn(own, bytes, "systemd"),
    () => copiesAt(args, bytes, "systemd", "--token"),
    () => valuesInWords(wordsIn(bytes, "systemd")).map((held) => scriptCopy(args, held)),
  )
}

/** Finds values in a shell's script, and before the program: `env K=T program`. */
function valuesInWords(words: readonly string[]): ScriptValue[] {
  return words.flatMap((word): ScriptValue[] => {
    if (/\s/.test(word)) return heldInScript(word)
    const sign = word.indexOf("=")
    const found = variables.find(([, variable]) => variable === word.slice(0, sign))
    const value = word.slice(sign + 1)
    return found && value !== "" && !/^\$/.test(value) ? [{ locator: found[1], value: new Secret(value) }] : []
  })
}

/** Returns the owner of a drop-in: the unit of its folder. */
function ownerOfDropIn(path: string): { readonly role?: Role; readonly definition?: Definition } {
  const unit = /([^/]+\.service)\.d\/[^/]+$/.exec(path)?.[1]
  for (const name of productNames) {
    for (const role of ["gateway", "node"] as const) {
      if (products[name].roles[role].systemd.unit === unit)
        return {
          role,
          definition: {
            manager: "systemd",
            name: unit,
            path,
            system: !path.includes("/.config/"),
            running: { product: name, role },
          },
        }
    }
  }
  return {}
}

import { isUtf8 } from "node:buffer"
import { UserError } from "../../../core/errors.ts"
import { linesOf } from "../../../places/common/text.ts"
import { findInAll } from "../../../places/compose/find.ts"
import type { Yaml } from "../../../places/compose/yaml-document.ts"
import { brokenValue } from "../broken-value.ts"
import { type ComposeValue, valuesInCompose } from "../compose-text.ts"
import { configCopies } from "../config-copies.ts"
import { type Base, copiesAt, copiesOf, productOf, scriptCopy, textOf, variables } from "../copy.ts"
import { dotenvCopies } from "../dotenv-copies.ts"
import type { PlaceCopy } from "../place-copy.ts"
import type { ScriptValue } from "../script-text.ts"
import { composeText, documentsIn } from "./documents.ts"
import { isFilledIn } from "./expand.ts"
import { inlineSecretsIn } from "./links.ts"

const namesProduct = /openclaw|clawdbot|moltbot/i

export function composeCopies(base: Base, bytes: Uint8Array): PlaceCopy[] {
  const text = composeText(bytes)
  try {
    const documents = documentsIn(text)
    const isEditable = documents.length === 1 && isUtf8(bytes)
    return documents.flatMap((yaml) => documentCopies(base, yaml, isEditable))
  } catch (error) {
    // A template of another project is not relevant.
    if (error instanceof UserError && !base.file.project && !namesProduct.test(text)) return []
    throw error
  }
}

/** Finds the copies in one document; a file with several documents, or of another encoding, is not editable. */
function documentCopies(base: Base, yaml: Yaml, isEditable: boolean): PlaceCopy[] {
  const names = variables.map(([, variable]) => variable)
  const format = isEditable ? { format: "compose" as const } : {}
  const own = findInAll(yaml, names).flatMap(([locator, found]) =>
    copiesOf({ ...base, ...productOf(locator.slice(locator.lastIndexOf(".") + 1)), ...format, locator }, found),
  )
  const known = new Set(own.flatMap(({ held }) => (held.kind === "value" ? [held.value.reveal()] : [])))
  const texts = valuesInCompose(yaml, names)
  const all = [...texts.held, ...inlineSecretsIn(yaml).flatMap(inlineValues)]
  const seen = new Set<string>()
  const isNew = ({ locator, value }: ScriptValue) => {
    const key = `${locator}\0${value.reveal()}`
    return !known.has(value.reveal()) && !seen.has(key) && seen.add(key)
  }
  const lineOf = linesOf(yaml.text)
  const others = all
    .filter(isNew)
    .map((each) => ({ ...scriptCopy(base, each), locator: `${each.locator} (line ${lineOf(each.at)})` }))
  const unread = texts.broken.map(({ reason, at }): PlaceCopy => {
    const held = brokenValue(`${reason}, in the text of line ${lineOf(at)}`)
    return { ...base, locator: "*", held: { ...held, isContent: true } }
  })
  return [...own, ...others, ...unread]
}

/** Returns the values of an inline secret: one word, variables, or a config. */
function inlineValues({ name, key, text, at }: ReturnType<typeof inlineSecretsIn>[number]): ComposeValue[] {
  if (key === "environment" || isFilledIn(text)) return []
  const file = { ...nowhere, kind: "compose secret", path: name } as const
  return composeSecretCopies({ kind: "compose secret", path: name, file }, Buffer.from(text)).flatMap(
    ({ locator, held }) =>
      held.kind === "value" ? [{ locator: locator === "*" ? `${name}.content` : locator, value: held.value, at }] : [],
  )
}

const nowhere = { mode: 0, uid: 0, links: 1, mtime: 0, isLink: false }

/** Returns the copies in a container's secret file: one word, variables, or a config. */
export function composeSecretCopies(base: Base, bytes: Uint8Array): PlaceCopy[] {
  const text = textOf(bytes).trim()
  if (/^[{]|^\/[/*]/.test(text))
    return configCopies({ ...base, product: "openclaw" }, bytes).map((copy) => ({ ...copy, kind: base.kind }))
  if (text !== "" && !/\s|=./.test(text)) return copiesAt(base, bytes, "file", "*")
  return dotenvCopies(base, bytes)
}

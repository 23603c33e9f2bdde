import { isMap, isScalar, isSeq, type Node, type Scalar } from "yaml"
import { Secret } from "../../core/secret.ts"
import { isPublicDefaultAnywhere } from "../../core/strength.ts"
import { follow, keyOf, rangeOf, type Yaml, type YamlPair } from "../../places/compose/yaml-document.ts"
import { expand, isFilledIn } from "./compose/expand.ts"
import { heldInScript, type ScriptValue } from "./script-text.ts"
import { unlessBroken } from "./unless-broken.ts"

/** A value in a Compose file, with its offset. */
export interface ComposeValue extends ScriptValue {
  readonly at: number
}

/** An interpolated string in the place of a token. */
export interface Interpolation {
  readonly locator: string
  readonly raw: string
  readonly at: number
}

interface ComposeValues {
  readonly held: readonly ComposeValue[]
  readonly filled: readonly Interpolation[]
  /** Strings for a shell that cannot be parsed as commands. */
  readonly broken: readonly { readonly reason: string; readonly at: number }[]
}

const nothing = () => undefined

/**
 * Finds the values in a Compose file outside its services' environments: `--token` of a command or an entrypoint, variables in
 * labels, build arguments and extensions, and public defaults of expressions. It follows no links.
 */
export function valuesInCompose(yaml: Yaml, variables: readonly string[]): ComposeValues {
  const held: ComposeValue[] = []
  const broken: ComposeValues["broken"][number][] = []
  const filled: Interpolation[] = []
  const known = new Set<number>()
  const fill = (locator: string, raw: string, at: number) => {
    filled.push({ locator, raw, at })
    known.add(at)
  }
  const add = (locator: string, raw: string, at: number) => {
    const value = expand(raw, nothing)
    if (isFilledIn(raw)) fill(locator, raw, at)
    else if (value !== "" && !/^[-<]/.test(value)) held.push({ locator, value: new Secret(value), at })
  }
  for (const node of nodesOf(yaml)) {
    if (isMap(node)) {
      for (const pair of node.items as YamlPair[]) {
        const name = keyOf(pair)
        const { node: value } = follow(yaml, pair.value)
        if (name && variables.includes(name) && isScalar(value)) add(name, typed(value), rangeOf(value)[0])
      }
    } else if (isSeq(node)) {
      const items = (node.items as Node[]).map((item) => follow(yaml, item).node)
      items.forEach((item, at) => {
        const next = items[at + 1]
        if (isScalar(item) && item.value === "--token" && isScalar(next)) add("--token", typed(next), rangeOf(next)[0])
      })
    } else if (isScalar(node) && typeof node.value === "string") inText(node.value, rangeOf(node)[0])
  }
  return { held, filled, broken }

  function inText(text: string, at: number): void {
    const sign = text.indexOf("=")
    const name = text.slice(0, sign)
    if (sign > 0 && (name === "--token" || variables.includes(name))) add(name, text.slice(sign + 1), at)
    else if (/\s/.test(text)) {
      // An expression with a fallback is Compose's own, which `filled` has.
      const own = ({ fallbackOf }: ScriptValue) => fallbackOf === undefined
      const found = () =>
        heldInScript(text)
          .filter(own)
          .map((each) => ({ ...each, at }))
      const unread = (reason: string) => {
        broken.push({ reason, at })
        return []
      }
      for (const each of unlessBroken(found, unread)) held.push(each)
      for (const [, raw = ""] of text.matchAll(expressionOfToken)) fill("--token", raw, at)
    }
    for (const value of known.has(at) ? [] : literalsIn(text))
      if (isPublicDefaultAnywhere(value))
        held.push({ locator: "fallback of an expression", value: new Secret(value), at })
  }
}

const expressionOfToken = /--token(?:=|\s+)["']?(\$\{[^\s"']{1,500}\})/g

/** Returns the innermost fallbacks of expressions. */
export function literalsIn(text: string): string[] {
  return [...text.matchAll(/\$\{\w{1,100}:?[-=+]([^${}]{1,500})\}/g)].map(([, value = ""]) => value)
}

/** Returns a number as it was typed: `0123` is not 123. */
function typed({ value, source }: Scalar): string {
  return typeof value === "number" && source !== undefined ? source : String(value ?? "")
}

/** Lists all nodes of the document. */
function nodesOf({ doc }: Yaml): Node[] {
  const found: Node[] = []
  const waiting: (Node | null | undefined)[] = [doc.contents as Node | null]
  while (waiting.length > 0) {
    const node = waiting.pop()
    if (!node) continue
    found.push(node)
    if (isMap(node)) for (const { value } of node.items as YamlPair[]) waiting.push(value)
    else if (isSeq(node)) for (const item of node.items as Node[]) waiting.push(item)
  }
  return found
}

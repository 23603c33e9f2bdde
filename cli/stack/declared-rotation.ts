import { isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml"
import { UserError } from "../../core/errors.ts"
import { keyOf, pairsOf, parseYaml, type YamlPair } from "../../places/compose/yaml-document.ts"

/** The generations in `gatekey:token` of Pulumi.<stack>.yaml. */
export interface Rotation {
  readonly rotation: number
  /** Such as `30d`. */
  readonly maxAge: string | undefined
  readonly compromised: readonly number[]
}

/** A rotation with the nodes of the document that an edit changes. */
interface DeclaredRotation extends Rotation {
  readonly token: YAMLMap
  readonly number: YamlPair
  readonly list: YAMLSeq | undefined
}

/** Checks whether the text declares a `gatekey:token`, as far as is known. */
export function declaresToken(text: string): boolean {
  try {
    return tokenIn(text) !== undefined
  } catch {
    return text.includes("gatekey:token")
  }
}

/** Parses the rotation. @throws UserError if it cannot be edited; it quotes nothing of the text, which may contain a secret */
export function parseDeclaredRotation(text: string): DeclaredRotation {
  const token = tokenIn(text)
  if (token === undefined) throw new UserError("has no gatekey:token; name another stack: --stack NAME")
  if (!isMap(token)) throw new UserError("gatekey:token is not a mapping of its own; write it as {rotation: 1}")
  const number = findPair(token, "rotation")
  if (!number && isSource(text))
    throw new UserError(
      "the vault is the source of the token (gatekey:vault): put another one into its item, and run `pulumi up`",
    )
  if (!number && findPair(token, "value"))
    throw new UserError(
      "the stack's file gives the token (gatekey:token.value): put another one there, and run `pulumi up`",
    )
  if (!number) throw new UserError("gatekey:token.rotation is missing; write it: rotation: 1")
  const rotation = integerIn(number.value)
  if (rotation === undefined)
    throw new UserError("gatekey:token.rotation is not an integer, 1 or more; correct it first")
  const list = findPair(token, "compromised")?.value
  const compromised = isSeq(list) ? list.items.map(integerIn) : []
  if ((list !== undefined && !isSeq(list)) || compromised.includes(undefined))
    throw new UserError("gatekey:token.compromised is not a list of integers; correct it first")
  const maxAge = findPair(token, "maxAge")?.value
  return {
    rotation,
    maxAge: isScalar(maxAge) && typeof maxAge.value === "string" ? maxAge.value : undefined,
    compromised: compromised as number[],
    token,
    number,
    list: isSeq(list) ? list : undefined,
  }
}

function tokenIn(text: string): Node | null | undefined {
  return configIn(text, "gatekey:token")
}

function configIn(text: string, key: string): Node | null | undefined {
  const { contents } = parseYaml(text).doc
  const config = isMap(contents) ? findPair(contents, "config")?.value : undefined
  return isMap(config) ? findPair(config, key)?.value : undefined
}

/** Finds an entry. @throws UserError for a duplicate key: parsers differ in which one counts */
function findPair(map: YAMLMap, key: string): YamlPair | undefined {
  const [found, ...more] = pairsOf(map).filter((pair) => keyOf(pair) === key)
  if (more.length > 0) throw new UserError(`${key} is declared twice; remove one first`)
  return found
}

/** Checks whether a vault is the source of the token, and so of the number. */
function isSource(text: string): boolean {
  const vault = configIn(text, "gatekey:vault")
  const role = isMap(vault) ? findPair(vault, "role")?.value : undefined
  return isScalar(role) && role.value === "source"
}

/** Parses an integer that all YAML parsers read alike: 010 and 1_0 differ. */
function integerIn(node: unknown): number | undefined {
  if (!isScalar(node) || typeof node.value !== "number" || !/^[1-9]\d*$/.test(node.source ?? "")) return undefined
  return Number.isSafeInteger(node.value) ? node.value : undefined
}

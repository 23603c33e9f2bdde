import { isDeepStrictEqual } from "node:util"
import { parse } from "yaml"
import { UserError } from "../../core/errors.ts"
import { isMapping, type Mapping } from "../../core/mapping.ts"

const another = "name another: --write Pulumi.STACK.yaml"

/**
 * Adds a configuration to a stack's file that has none, such as `encryptionsalt: …` alone; every other byte stays.
 * @param line the comment for editors, which must be the first line
 * @throws UserError if the file has a configuration already, or cannot be extended; it quotes nothing of the file
 */
export function filledStack(before: string, line: string, text: string): string {
  const old = mappingIn(before)
  if (!old) throw new UserError(`is not a valid stack's file, expected a YAML mapping; ${another}`)
  if (Object.keys(old).includes("config"))
    throw new UserError(`has a config already, which is never overwritten; ${another}`)
  const after = `${before.includes(line) ? "" : line}${before.replace(/(?<=[^\n])$/, "\n")}${text}`
  if (!isDeepStrictEqual(mappingIn(after), { ...old, ...mappingIn(text) }))
    throw new UserError(`cannot be extended without other changes; ${another}`)
  return after
}

function mappingIn(text: string): Mapping | undefined {
  try {
    const value = parse(text, { merge: true, logLevel: "silent" }) ?? {}
    return isMapping(value) ? value : undefined
  } catch {
    return undefined
  }
}

import { isPublicDefaultAnywhere } from "../../core/strength.ts"
import type { Container } from "./snapshot.ts"

/** A token in a container, and where it stands: `CLAWDBOT_GATEWAY_TOKEN in its environment`. */
export interface ContainerToken {
  readonly value: string
  readonly where: string
  /** The environment variable that has it. */
  readonly variable?: string
}

/** Variables by whose name alone a value counts as a gateway's token. */
const variables = /^(OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_TOKEN$/

/**
 * Every gateway token that stands in what the engine tells of a container: by its variable's name, by `--token`, or by
 * value. @param variable another one that carries a token
 */
export function tokensIn(
  container: Container,
  isToken: (value: string) => boolean,
  variable?: string,
): ContainerToken[] {
  const known = (value: string) => isPublicDefaultAnywhere(value) || isToken(value)
  const held: ContainerToken[] = []
  for (const entry of container.environment) {
    const [name, value] = halves(entry)
    const counts = variables.test(name) || name === variable ? value !== "" : known(value)
    if (counts) held.push({ value, where: `${name} in its environment`, variable: name })
  }
  for (const [at, word] of container.words.entries()) {
    const value = word.startsWith("--token=") ? halves(word)[1] : word
    const flagged = value !== word || container.words[at - 1] === "--token"
    if (value !== "" && (flagged || known(value))) held.push({ value, where: "in its arguments" })
  }
  for (const [label, value] of Object.entries(container.labels)) {
    if (known(value)) held.push({ value, where: `in its label ${label}` })
  }
  const once = new Map<string, ContainerToken>()
  for (const each of held) if (!once.has(each.value)) once.set(each.value, each)
  return [...once.values()]
}

function halves(entry: string): [string, string] {
  const at = entry.indexOf("=")
  return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)]
}

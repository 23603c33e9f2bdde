import { isPublicDefaultAnywhere } from "../../core/strength.ts"
import type { Container } from "./snapshot.ts"

/** A token in a container, and its location: `CLAWDBOT_GATEWAY_TOKEN in its environment`. */
export interface ContainerToken {
  readonly value: string
  readonly where: string
  /** The environment variable that has it. */
  readonly variable?: string
}

/** Variables whose value always counts as a gateway's token. */
const variables = /^(OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_TOKEN$/

/**
 * Lists the gateway tokens in a container's definition: by the variable's name, by `--token`, or by value.
 * @param variable another variable that contains a token
 */
export function listContainerTokens(
  container: Container,
  isToken: (value: string) => boolean,
  variable?: string,
): ContainerToken[] {
  const isKnown = (value: string) => isPublicDefaultAnywhere(value) || isToken(value)
  const tokens: ContainerToken[] = []
  for (const entry of container.environment) {
    const [name, value] = splitAtEquals(entry)
    const counts = variables.test(name) || name === variable ? value !== "" : isKnown(value)
    if (counts) tokens.push({ value, where: `${name} in its environment`, variable: name })
  }
  for (const [at, word] of container.commandLine.entries()) {
    const value = word.startsWith("--token=") ? splitAtEquals(word)[1] : word
    const followsFlag = value !== word || container.commandLine[at - 1] === "--token"
    if (value !== "" && (followsFlag || isKnown(value))) tokens.push({ value, where: "in its arguments" })
  }
  for (const [label, value] of Object.entries(container.labels)) {
    if (isKnown(value)) tokens.push({ value, where: `in its label ${label}` })
  }
  const byValue = new Map<string, ContainerToken>()
  for (const each of tokens) if (!byValue.has(each.value)) byValue.set(each.value, each)
  return [...byValue.values()]
}

function splitAtEquals(entry: string): [string, string] {
  const at = entry.indexOf("=")
  return at < 0 ? [entry, ""] : [entry.slice(0, at), entry.slice(at + 1)]
}

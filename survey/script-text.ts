import { Secret } from "../core/secret.ts"
import { type Command, shellCommands } from "../places/shell/commands.ts"
import { shellValue } from "../places/shell/value.ts"

/** A value in a script of any language, and by what it is found again. */
export interface InScript {
  /** The variable, or `--token`. */
  readonly locator: string
  readonly value: Secret
}

const variable = /(?:OPENCLAW|CLAWDBOT|MOLTBOT)_GATEWAY_TOKEN/
const assigned = new RegExp(`^(${variable.source})=(.+)$`, "s")

/**
 * Values of the products' variables and of `--token`, as a shell would take them; of fish and csh as well. In other
 * languages, whose quotes are alike, what stands in quotes behind the variable's name or `--token` counts.
 */
export function heldInScript(text: string): InScript[] {
  const found = [...shellCommands(text).flatMap(inCommand), ...quoted(text)]
  return found.filter(
    ({ locator, value }, at) =>
      at === found.findIndex((other) => other.locator === locator && other.value.equals(value)),
  )
}

function inCommand({ words }: Command): InScript[] {
  const raw = words.map(({ text }) => text)
  return raw.flatMap((word, at): InScript[] => {
    const [, name = "", value = ""] = assigned.exec(word) ?? []
    if (name) return held(name, value)
    if (word.startsWith("--token=")) return held("--token", word.slice("--token=".length))
    if (word === "--token") return held("--token", raw[at + 1] ?? "")
    // fish: set -gx NAME value; csh: setenv NAME value
    const sets =
      raw[0] === "setenv" ? at === 1 : raw[0] === "set" && raw.slice(1, at).every((each) => each.startsWith("-"))
    return sets && at > 0 && new RegExp(`^${variable.source}$`).test(word) ? held(word, raw[at + 1] ?? "") : []
  })
}

function held(locator: string, raw: string): InScript[] {
  const reading = shellValue(raw)
  return "text" in reading && reading.text !== "" && !reading.text.startsWith("-")
    ? [{ locator, value: new Secret(reading.text) }]
    : []
}

const inQuotes = new RegExp(`(${variable.source}|--token)["'\\]]*\\s*[,:=]\\s*(["'])([^"'\\s]{4,})\\2`, "g")

function quoted(text: string): InScript[] {
  return [...text.matchAll(inQuotes)].map(([, locator = "", , value = ""]) => ({ locator, value: new Secret(value) }))
}

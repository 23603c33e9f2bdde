import { omitUndefined } from "../../core/given.ts"
import { BOM } from "../../places/common/text.ts"
import { formats } from "../../places/index.ts"
import { readPlist } from "../../places/plist/plist.ts"
import { settingsOf, unitLines } from "../../places/systemd/lines.ts"
import { unitWords } from "../../places/systemd/words.ts"
import { findProductProcess, type ProductProcess } from "../../probes/listeners/command.ts"
import { products } from "../../products/index.ts"
import type { Definition } from "./definition.ts"
import { placing } from "./located.ts"
import { optionsIn } from "./options.ts"
import { commandsIn } from "./script-text.ts"
import { startupShellIn } from "./shells/startup-shell.ts"
import { unknownInWords } from "./starts.ts"
import { assignmentsFor } from "./units/assignments.ts"
import { commandsOf } from "./units/command.ts"
import { type Files, isUnset } from "./units/environment.ts"
import type { LoadedUnit } from "./units/load.ts"
import { valuesOf } from "./units/settings.ts"
import { environmentFilesReadBy } from "./units/units.ts"

/** Returns a unit as its manager would load it now. @throws PlaceError if its command cannot be parsed */
export function definitionOfUnit(unit: LoadedUnit, files: Files): Definition {
  const { name, path, parts, reader } = unit
  const words = commandsOf(unit).flatMap((command) => command.words.map(({ text }) => text))
  const own = findProductProcess(words)
  const found = own ?? runningInShell(words)
  const running = found ?? runningByName(name)
  const system = reader.scope === "system"
  const user = valuesOf(unit, "User").at(-1)?.line
  const as = user?.text.slice(user.from, user.to).trim()
  return {
    ...{ manager: "systemd", name, path, system },
    ...(running ? { running, options: optionsIn(words, running.role) } : {}),
    ...(own ? {} : { isWrapped: true as const }),
    ...(system && as ? { user: as } : {}),
    ...programOf(found, words),
    unknown: unknownInWords(words),
    ...omitUndefined({ shell: startupShellIn(words) }),
    parts: parts.map((part) => part.path),
    reads: environmentFilesReadBy(unit, files),
    given: (locator) => assignmentsFor(unit, locator, files),
    unsets: (variable) => isUnset(unit, variable) || assignmentsFor(unit, variable, files)[0]?.text === "",
  }
}

/** Parses a definition's file. @throws PlaceError if it cannot be parsed */
export function definitionIn(path: string, bytes: Uint8Array, format: "plist" | "systemd"): Definition {
  const { name, words, user } = format === "plist" ? agentIn(bytes) : unitIn(bytes)
  const label = name || fileName(path).replace(/\.plist$/, "")
  const own = findProductProcess(words)
  const found = own ?? runningInShell(words)
  const running = found ?? runningByName(label)
  const manager = format === "plist" ? "launchd" : "systemd"
  const system = format === "plist" ? path.includes("/LaunchDaemons/") : path.startsWith("/etc/systemd/system/")
  const started = running ? { running, options: optionsIn(words, running.role) } : {}
  const wrapped = own ? {} : { isWrapped: true as const }
  const unknown = unknownInWords(words)
  const more = { unknown, ...omitUndefined({ shell: startupShellIn(words) }), ...programOf(found, words) }
  return { manager, name: label, path, system, ...more, ...started, ...wrapped, ...(system && user ? { user } : {}) }
}

/** Reads the variables that set the places of files and the port; of specifiers only `%h` is expanded. */
export function placingIn(
  bytes: Uint8Array,
  format: "plist" | "systemd",
  { product }: ProductProcess,
  home: string,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const end of [...placing, "GATEWAY_PORT"]) {
    const { kind, ...held } = formats[format].find(bytes, `${product.toUpperCase()}_${end}`)
    const text =
      "value" in held ? held.value : "content" in held && typeof held.content === "string" ? held.content : ""
    if (kind === "value") found.set(end, text)
    else if (/^(?:%h|[^%$])+$/.test(text)) found.set(end, text.replaceAll("%h", home))
  }
  return found
}

/** Returns the words of its command. @throws PlaceError if it cannot be parsed */
export function wordsIn(bytes: Uint8Array, format: "plist" | "systemd"): readonly string[] {
  return (format === "plist" ? agentIn(bytes) : unitIn(bytes)).words
}

function programOf(found: ProductProcess | undefined, words: readonly string[]): Pick<Definition, "program"> {
  const program = words.find((word) => !interpreter.test(word))
  return found || program === undefined ? {} : { program }
}

const interpreter = /^-|^(?:.*\/)?(?:sh|bash|zsh|dash|node|python3?|env)$/

/** Finds the product in a shell's script: `sh -c "exec openclaw node run"`. */
function runningInShell(words: readonly string[]): ProductProcess | undefined {
  const commands = words.filter((word) => /\s/.test(word)).flatMap(commandsIn)
  return commands.map(({ words }) => findProductProcess(words.map(({ text }) => text))).find(Boolean)
}

interface DefinitionText {
  /** The label of a property list; a unit has its file's name. */
  readonly name: string
  readonly words: readonly string[]
  readonly user: string | undefined
}

function agentIn(bytes: Uint8Array): DefinitionText {
  const entries = readPlist(bytes).top.entries()
  const of = (key: string) => entries.findLast((entry) => entry.key === key)?.value
  const words = of("ProgramArguments")?.items() ?? []
  return { name: of("Label")?.text ?? "", words: words.map(({ text }) => text), user: of("UserName")?.text }
}

function unitIn(bytes: Uint8Array): DefinitionText {
  const { text, of } = unitSettings(bytes)
  const words = of("ExecStart").flatMap(({ line }) => unitWords(text, line, false).map((word) => word.text))
  const user = of("User").at(-1)?.line
  return { name: "", words, user: user?.text.slice(user.from, user.to).trim() }
}

function unitSettings(bytes: Uint8Array) {
  const text = Buffer.from(bytes).toString("utf8").replace(BOM, "")
  const lines = unitLines(text)
  return { text, of: (key: string) => settingsOf(lines, key).filter(({ counts }) => counts) }
}

/** Finds the product by its own service name. */
function runningByName(name: string): ProductProcess | undefined {
  for (const product of Object.values(products)) {
    for (const role of ["gateway", "node"] as const) {
      const { launchd, systemd } = product.roles[role]
      if (launchd.label === name || systemd.unit === name) return { product: product.name, role }
    }
  }
  return undefined
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1)
}

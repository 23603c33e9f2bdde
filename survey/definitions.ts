import { type Running, runningIn } from "../listeners/command.ts"
import { BOM } from "../places/common/text.ts"
import { formats } from "../places/index.ts"
import { readPlist } from "../places/plist/plist.ts"
import { shellCommands } from "../places/shell/commands.ts"
import { settings, unitLines } from "../places/systemd/lines.ts"
import { unitWords } from "../places/systemd/words.ts"
import { products } from "../products/index.ts"
import { type Located, placing } from "./located.ts"
import { type Options, optionsIn } from "./options.ts"

/** A service by its definition's file. */
export interface Definition {
  readonly manager: "launchd" | "systemd"
  /** The label or the unit. */
  readonly name: string
  readonly path: string
  /** The machine's, not a user's. */
  readonly system: boolean
  /** What it starts, where that is a product's. */
  readonly running?: Running
  readonly options?: Options
  /** Where that has its files, as far as the definition and its drop-ins say. */
  readonly located?: Located
  /** As whom the machine's own starts it: `User=`, `UserName`. */
  readonly user?: string
}

/** @throws PlaceError when it cannot be parsed */
export function definitionIn(path: string, bytes: Uint8Array, format: "plist" | "systemd"): Definition {
  const { name, words, user } = format === "plist" ? agentIn(bytes) : unitIn(bytes)
  const label = name || fileName(path).replace(/\.plist$/, "")
  const running = runningIn(words) ?? inShell(words) ?? byName(label)
  const manager = format === "plist" ? "launchd" : "systemd"
  const system = format === "plist" ? path.includes("/LaunchDaemons/") : path.startsWith("/etc/systemd/system/")
  const started = running ? { running, options: optionsIn(words, running.role) } : {}
  return { manager, name: label, path, system, ...started, ...(system && user ? { user } : {}) }
}

/** What of its environment says where it has its files; of specifiers only `%h` is known. */
export function placingIn(
  bytes: Uint8Array,
  format: "plist" | "systemd",
  { product }: Running,
  home: string,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const end of placing) {
    const { kind, ...held } = formats[format].find(bytes, `${product.toUpperCase()}_${end}`)
    const text =
      "value" in held ? held.value : "content" in held && typeof held.content === "string" ? held.content : ""
    if (kind === "value") found.set(end, text)
    else if (/^(?:%h|[^%$])+$/.test(text)) found.set(end, text.replaceAll("%h", home))
  }
  return found
}

/** What it starts, word for word. @throws PlaceError when it cannot be parsed */
export function wordsIn(bytes: Uint8Array, format: "plist" | "systemd"): readonly string[] {
  return (format === "plist" ? agentIn(bytes) : unitIn(bytes)).words
}

/** `sh -c "exec openclaw node run"`. */
function inShell(words: readonly string[]): Running | undefined {
  const commands = words.filter((word) => /\s/.test(word)).flatMap(shellCommands)
  return commands.map(({ words }) => runningIn(words.map(({ text }) => text))).find(Boolean)
}

interface Said {
  /** A property list's own; a unit has that of its file. */
  readonly name: string
  readonly words: readonly string[]
  readonly user: string | undefined
}

function agentIn(bytes: Uint8Array): Said {
  const entries = readPlist(bytes).top.entries()
  const of = (key: string) => entries.findLast((entry) => entry.key === key)?.value
  const words = of("ProgramArguments")?.items() ?? []
  return { name: of("Label")?.text ?? "", words: words.map(({ text }) => text), user: of("UserName")?.text }
}

function unitIn(bytes: Uint8Array): Said {
  const { text, of } = settingsOf(bytes)
  const words = of("ExecStart").flatMap(({ line }) => unitWords(text, line, false).map((word) => word.text))
  const user = of("User").at(-1)?.line
  return { name: "", words, user: user?.text.slice(user.from, user.to).trim() }
}

/** Files of variables that a unit or a drop-in reads, in order; of specifiers only `%h` is known. */
export function envFilesIn(bytes: Uint8Array, home: string): string[] {
  return settingsOf(bytes)
    .of("EnvironmentFile")
    .map(({ line }) =>
      line.text
        .slice(line.from, line.to)
        .trim()
        .replace(/^-/, "")
        .replace(/^"(.*)"$/, "$1"),
    )
    .map((path) => path.replaceAll("%h", home))
}

function settingsOf(bytes: Uint8Array) {
  const text = Buffer.from(bytes).toString("utf8").replace(BOM, "")
  const lines = unitLines(text)
  return { text, of: (key: string) => settings(lines, key).filter(({ counts }) => counts) }
}

/** The products' own names for their services. */
function byName(name: string): Running | undefined {
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

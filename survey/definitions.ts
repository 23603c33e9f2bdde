import { type Running, runningIn } from "../listeners/command.ts"
import { BOM } from "../places/common/text.ts"
import { readPlist } from "../places/plist/plist.ts"
import { settings, unitLines } from "../places/systemd/lines.ts"
import { unitWords } from "../places/systemd/words.ts"
import { products } from "../products/index.ts"
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
}

/** @throws PlaceError when it cannot be parsed */
export function definitionIn(path: string, bytes: Uint8Array, format: "plist" | "systemd"): Definition {
  const { name, words } = format === "plist" ? agentIn(bytes) : { name: fileName(path), words: wordsIn(bytes) }
  const label = name || fileName(path).replace(/\.plist$/, "")
  const running = runningIn(words) ?? byName(label)
  const manager = format === "plist" ? "launchd" : "systemd"
  const system = format === "plist" ? path.includes("/LaunchDaemons/") : path.startsWith("/etc/systemd/system/")
  const started = running ? { running, options: optionsIn(words, running.role) } : {}
  return { manager, name: label, path, system, ...started }
}

function agentIn(bytes: Uint8Array): { name: string; words: string[] } {
  const entries = readPlist(bytes).top.entries()
  const of = (key: string) => entries.findLast((entry) => entry.key === key)?.value
  const words = of("ProgramArguments")?.items() ?? []
  return { name: of("Label")?.text ?? "", words: words.map(({ text }) => text) }
}

function wordsIn(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString("utf8").replace(BOM, "")
  const lines = settings(unitLines(text), "ExecStart").filter(({ counts }) => counts)
  return lines.flatMap(({ line }) => unitWords(text, line, false).map((word) => word.text))
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

import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { homedir, tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { hasPython } from "../python.ts"

/** With this set, on a Mac, the rows run against its own launchd, under labels that are thrown away: test/on-a-mac.sh. */
const real = process.env.GATEKEY_REAL_LAUNCHD === "1"

/** Why no launchd is here, not even its double. */
export const noLaunchd: string | undefined =
  real || hasPython("plistlib") ? undefined : "the double of launchctl needs python3"

/** What the rows run against, for their names. */
export const whichLaunchd: string = real ? "the launchd of this Mac" : "a double of launchctl"

export interface Launchd {
  readonly isReal: boolean
  readonly home: string
  /** Of whom shall talk to it. */
  readonly env: NodeJS.ProcessEnv
  readonly domain: string
  launchctl(...args: string[]): string
  /** Writes a property list of `~/Library/LaunchAgents` by its entries, in XML. */
  write(label: string, entries: Entries): string
  /** The double alone: whether somebody is logged in at the screen. */
  session(there: boolean): void
  stop(): void
}

export interface Entries {
  readonly [key: string]: string | number | boolean | readonly string[] | { readonly [name: string]: string | boolean }
}

export function startLaunchd(): Launchd {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-launchd-"))
  const bin = join(folder, "bin")
  const home = real ? homedir() : join(folder, "home")
  const agents = join(home, "Library/LaunchAgents")
  for (const each of [bin, agents]) mkdirSync(each, { recursive: true })
  if (!real) symlinkSync(resolve(import.meta.dirname, "../../doubles/launchctl"), join(bin, "launchctl"))
  const env = { ...process.env, HOME: home, PATH: `${bin}:${process.env.PATH}`, LAUNCHD_DOUBLE: folder }
  const written: string[] = []
  const domain = `gui/${process.getuid?.()}`
  const launchctl = (...args: string[]) => execFileSync("launchctl", args, { env, encoding: "utf8", stdio: "pipe" })
  return {
    isReal: real,
    home,
    env,
    domain,
    launchctl,
    write(label, entries) {
      const path = join(agents, `${label}.plist`)
      writeFileSync(path, plist({ Label: label, ...entries }), { mode: 0o644 })
      written.push(label)
      return path
    },
    session(there) {
      const mark = join(folder, "no-session")
      if (there) rmSync(mark, { force: true })
      else writeFileSync(mark, "")
    },
    stop() {
      for (const label of real ? written : []) {
        try {
          launchctl("bootout", `${domain}/${label}`)
        } catch {
          // It was not loaded.
        }
        rmSync(join(agents, `${label}.plist`), { force: true })
      }
      // The double ends when its folder is gone.
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function plist(entries: Entries): string {
  const lines = Object.entries(entries).map(([key, value]) => `<key>${key}</key>${element(value)}`)
  return `<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict>\n${lines.join("\n")}\n</dict></plist>\n`
}

function element(value: Entries[string]): string {
  if (typeof value === "string") return `<string>${escaped(value)}</string>`
  if (typeof value === "number") return `<integer>${value}</integer>`
  if (typeof value === "boolean") return value ? "<true/>" : "<false/>"
  if (Array.isArray(value)) return `<array>${value.map(element).join("")}</array>`
  const pairs = Object.entries(value).map(([name, text]) => `<key>${name}</key>${element(text)}`)
  return `<dict>${pairs.join("")}</dict>`
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
}

import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import type { Case } from "./cases.ts"
import { startedIn } from "./draft.ts"

/** One home with its sources, as a process of the product finds it. */
export interface Site {
  readonly role: Case["role"]
  readonly home: string
  readonly cwd: string
  readonly env: { readonly [name: string]: string }
  readonly flags: { readonly token?: string; readonly password?: string }
}

/** The credentials that a process of the product accepts or sends, or why it does not start. */
export interface Answer {
  readonly refuses?: string | undefined
  readonly mode?: string | undefined
  readonly token?: string | undefined
  readonly password?: string | undefined
  /** It made a token up. */
  readonly generated?: boolean | undefined
}

/** Writes the files of a case below a folder. */
export function laid({ role, files, env, flags }: Case, top: string): Site {
  const home = mkdtempSync(join(top, "home-"))
  const cwd = join(home, startedIn)
  mkdirSync(cwd)
  for (const [path, text] of Object.entries(files)) {
    const full = join(home, path)
    mkdirSync(dirname(full), { recursive: true, mode: 0o700 })
    writeFileSync(full, text, { mode: 0o600 })
  }
  return { role, home, cwd, env, flags }
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), "gatekey-precedence-"))
}

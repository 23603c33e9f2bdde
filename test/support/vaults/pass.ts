import { execFileSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** Why there is no password store here; undefined where there is one, and always where CI is set. */
export const noPass: string | undefined =
  process.env.CI || (works("pass") && works("gpg")) ? undefined : "pass and gnupg are not installed"

/** A store of `pass` with a key of its own. */
export interface PasswordStore {
  readonly env: NodeJS.ProcessEnv
  /** The same store, for one who has not its key. */
  readonly stranger: NodeJS.ProcessEnv
  show(name: string): string
  insert(name: string, text: string): void
  stop(): void
}

export function passwordStore(): PasswordStore {
  // Short: gpg's agent has its sockets in there.
  const folder = mkdtempSync(join(tmpdir(), "gk-pass-"))
  const home = (name: string) => {
    const path = join(folder, name)
    mkdirSync(path, { mode: 0o700 })
    return { ...process.env, GNUPGHOME: path, PASSWORD_STORE_DIR: join(folder, "store") }
  }
  const env = home("mine")
  const stranger = home("other")
  const run = (environment: NodeJS.ProcessEnv, words: string[], input = "") =>
    execFileSync(words[0] ?? "", words.slice(1), { env: environment, input, encoding: "utf8", stdio: "pipe" })
  const id = "gatekey test <test@example.org>"
  run(env, [
    "gpg",
    "--batch",
    "--quiet",
    "--passphrase",
    "",
    "--quick-generate-key",
    id,
    "future-default",
    "default",
    "never",
  ])
  run(env, ["pass", "init", id])
  return {
    env,
    stranger,
    show: (name) => run(env, ["pass", "show", name]),
    insert: (name, text) => void run(env, ["pass", "insert", "--multiline", "--force", name], text),
    stop() {
      for (const { GNUPGHOME = "" } of [env, stranger])
        run(env, ["gpgconf", "--homedir", GNUPGHOME, "--kill", "gpg-agent"])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function works(program: string): boolean {
  try {
    execFileSync(program, ["--version"], { stdio: "ignore" })
    return true
  } catch {
    return false
  }
}

import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import type { Foreign } from "../core/foreign.ts"
import { maskTokens } from "../core/mask.ts"
import { Secret } from "../core/secret.ts"
import { maskOutput } from "./mask-output.ts"
import { forOthers, run } from "./program.ts"
import { type Kept, type Vault, type VaultSpec, VaultUnreachable } from "./vault.ts"

type Spec = Extract<VaultSpec, { provider: "exec" }>

const most = 64 * 1024

/**
 * How programs say that there is no such entry, when they end with an error. One of the user's own says it by ending
 * well and printing nothing.
 */
const missing = [
  // pass, gopass
  /is not in the password store/i,
  // vault kv get
  /No value found at /,
  // aws secretsmanager
  /\bResourceNotFoundException\b/,
  // macOS security
  /could not be found in the keychain/,
]

/**
 * Any program that prints the secret, and any that takes it on its standard input. The first line is the token; the
 * lines after it are the user's, and stay.
 * @param patience milliseconds
 */
export function execVault(spec: Spec, environment: NodeJS.ProcessEnv, patience = 30_000): Vault {
  const name = commandOf(spec.read)
  const options = { environment: forOthers(environment), patience, most }

  /** All that is printed, as it is; nothing when there is no entry. */
  async function text(): Promise<string | undefined> {
    const { code, stdout, stderr, trouble } = await run(spec.read, options)
    if (trouble !== undefined) throw unreachable(name, trouble.words)
    const printed = stdout.toString()
    if (code === 0 && !stdout.equals(Buffer.from(printed))) throw new UserError(`${name}: what it printed is no text`)
    if (code === 0) return printed
    if (missing.some((words) => stderr.matches(words))) return undefined
    throw unreachable(name, `it ended with ${code}${saying(stderr, [firstLine(printed)])}`)
  }

  async function read(): Promise<Kept | undefined> {
    const token = firstLine((await text()) ?? "")
    return token === "" ? undefined : { token: new Secret(token) }
  }

  return {
    name,
    read,
    async write({ token }) {
      const { write } = spec
      if (!write) throw new UserError(`${name}: it is only read; declare the program that writes as well`)
      const before = (await text()) ?? ""
      const input = token.reveal() + before.slice(firstLine(before).length)
      const { code, stderr, trouble } = await run(write, { ...options, input, writes: "changes" })
      const writer = commandOf(write)
      if (trouble !== undefined) throw unreachable(writer, trouble.words)
      if (code !== 0) throw unreachable(writer, `it ended with ${code}${saying(stderr, [token.reveal()])}`)
      if ((await read())?.token.equals(token)) return
      throw new UserError(`after ${writer}, ${name} prints another first line than it was given; run both by hand`)
    },
  }
}

/** Without its line break, of whichever kind. */
function firstLine(text: string): string {
  return /^[^\r\n]*/.exec(text)?.[0] ?? ""
}

function commandOf(words: readonly string[]): string {
  return shown(maskTokens(words.map(shellWord).join(" ")))
}

function saying(stderr: Foreign, secrets: readonly string[]): string {
  const words = maskOutput(stderr, secrets)
  return words === "" ? "" : `: ${words}`
}

function unreachable(command: string, why: string): VaultUnreachable {
  return new VaultUnreachable(`${command}: ${why}; run it by hand until it works, then again`)
}

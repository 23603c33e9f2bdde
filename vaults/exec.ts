import { UserError } from "../core/errors.ts"
import { shellWord, shown } from "../core/escape.ts"
import type { Foreign } from "../core/foreign.ts"
import { maskTokens } from "../core/mask.ts"
import { Secret } from "../core/secret.ts"
import { runProgram } from "../processes/run.ts"
import { omitStateSecrets } from "./environment.ts"
import { maskOutput } from "./mask-output.ts"
import { type Vault, type VaultContent, type VaultSpec, VaultUnreachable } from "./vault.ts"

type Spec = Extract<VaultSpec, { provider: "exec" }>

const maxOutput = 64 * 1024

/**
 * What programs print when they fail because there is no such entry. A program of the user's own reports it by printing
 * nothing and exiting with 0.
 */
const noEntryPatterns = [
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
 * Opens a vault of two programs: one prints the secret, one reads it from its standard input. The first line is the token; the
 * lines after it are the user's, and are kept.
 * @param timeout milliseconds
 */
export function openExecVault(spec: Spec, environment: NodeJS.ProcessEnv, timeout = 30_000): Vault {
  const name = formatCommand(spec.read)
  const options = { environment: omitStateSecrets(environment), timeout, maxOutput }

  /** Reads the whole output. @returns undefined if there is no entry */
  async function readOutput(): Promise<string | undefined> {
    const { code, stdout, stderr, failure } = await runProgram(spec.read, options)
    if (failure !== undefined) throw createUnreachable(name, failure.message)
    const printed = stdout.toString()
    if (code === 0 && !stdout.equals(Buffer.from(printed)))
      throw new UserError(`${name}: its output is not valid UTF-8`)
    if (code === 0) return printed
    if (noEntryPatterns.some((words) => stderr.matches(words))) return undefined
    throw createUnreachable(name, `it ended with ${code}${describeOutput(stderr, [firstLine(printed)])}`)
  }

  async function read(): Promise<VaultContent | undefined> {
    const token = firstLine((await readOutput()) ?? "")
    return token === "" ? undefined : { token: new Secret(token) }
  }

  return {
    name,
    read,
    async write({ token }) {
      const { write } = spec
      if (!write) throw new UserError(`${name}: it is read-only; declare write, the program that writes it`)
      const before = (await readOutput()) ?? ""
      const input = token.reveal() + before.slice(firstLine(before).length)
      const { code, stderr, failure } = await runProgram(write, { ...options, input, writes: "changes" })
      const writer = formatCommand(write)
      if (failure !== undefined) throw createUnreachable(writer, failure.message)
      if (code !== 0)
        throw createUnreachable(writer, `it ended with ${code}${describeOutput(stderr, [token.reveal()])}`)
      if ((await read())?.token.equals(token)) return
      throw new UserError(`after ${writer}, ${name} prints another first line than the one written; run both by hand`)
    },
  }
}

/** Extracts the first line, without its line break. */
function firstLine(output: string): string {
  return /^[^\r\n]*/.exec(output)?.[0] ?? ""
}

function formatCommand(words: readonly string[]): string {
  return shown(maskTokens(words.map(shellWord).join(" ")))
}

function describeOutput(stderr: Foreign, secrets: readonly string[]): string {
  const words = maskOutput(stderr, secrets)
  return words === "" ? "" : `: ${words}`
}

function createUnreachable(command: string, reason: string): VaultUnreachable {
  return new VaultUnreachable(`${command}: ${reason}; run it by hand until it works, then run this again`)
}

import { UserError } from "../core/errors.ts"
import { shellWord } from "../core/escape.ts"
import type { Foreign } from "../core/foreign.ts"
import { maskOutput } from "./mask-output.ts"
import { nameOf, type OnePasswordSpec, several } from "./onepassword-item.ts"
import { lineOf, matches, type OpError, opErrorIn } from "./op-error.ts"
import type { ProgramResult } from "./program.ts"
import { VaultUnreachable } from "./vault.ts"

type Secrets = readonly (string | undefined)[]

/**
 * Why `op` did not do it, and the command that mends it.
 * @returns takes how it ended; when it was to write, also what, which is in no message
 */
export function opProblems(spec: OnePasswordSpec, environment: NodeJS.ProcessEnv) {
  const name = nameOf(spec)
  const see = `op item get ${shellWord(spec.item)} --vault ${shellWord(spec.vault)} --fields type=string`

  return function problem({ code, stderr, trouble }: ProgramResult, written?: Secrets): UserError {
    if (trouble?.kind === "missing") return new VaultUnreachable(`${name}: ${noProgram()}`)
    if (trouble !== undefined) {
      return new VaultUnreachable(`${name}: op: ${trouble.words}; see whether it waits for you: ${see}`)
    }
    const said = opErrorIn(stderr)
    const refusal = said === "forbidden" && !written ? undefined : said && refusals[said]
    if (refusal) return new UserError(`${name}: ${refusal(who(), create("read_items,write_items"), stderr)}`)
    const why = said && reasons[said]
    if (why) return new VaultUnreachable(`${name}: ${why(who(), create("read_items"))}`)
    const words = maskOutput(lineOf(stderr), [...(written ?? []), ...credentials(environment)])
    return new VaultUnreachable(`${name}: op ended with ${code}${words && `: ${words}`}; see what it says: ${see}`)
  }

  function noProgram(): string {
    const install =
      "needs the program op, which is not installed: https://developer.1password.com/docs/cli/get-started/"
    return environment.OP_SERVICE_ACCOUNT_TOKEN
      ? `OP_SERVICE_ACCOUNT_TOKEN ${install}`
      : `there is no way to ask it: set OP_CONNECT_HOST and OP_CONNECT_TOKEN, or OP_SERVICE_ACCOUNT_TOKEN; that, and a user's own account, ${install}`
  }

  function who(): string {
    return environment.OP_SERVICE_ACCOUNT_TOKEN
      ? "the service account of OP_SERVICE_ACCOUNT_TOKEN"
      : "the account that op is signed in to"
  }

  function create(permissions: string): string {
    return `op service-account create gatekey --vault ${shellWord(`${spec.vault}:${permissions}`)}`
  }
}

/** What a user has to change, by who asks, the command that makes a service account, and what was said. */
const refusals: { readonly [said in OpError]?: (who: string, create: string, stderr: Foreign) => string } = {
  ambiguous: (_, __, stderr) => several("item", matches(stderr)),
  noVault: () => "op knows no vault, or several, of that name; see: op vault list",
  conflict: () => "others change this vault at the same time; run this again",
  forbidden: (who, create) => `${who} may not write it; make one that may: ${create}`,
}

/** Why nothing can be told, likewise. */
const reasons: { readonly [said in OpError]?: (who: string, create: string) => string } = {
  limited: () =>
    "1Password has had too many requests of this account; wait an hour, or see: op service-account ratelimit",
  badToken: (_, create) => `1Password does not accept OP_SERVICE_ACCOUNT_TOKEN; make another: ${create}`,
  signedOut: () => "op is not signed in; run: eval $(op signin), or set OP_SERVICE_ACCOUNT_TOKEN",
  forbidden: (who, create) => `${who} may not read it; make one that may: ${create}`,
  offline: () => "op cannot reach 1Password; see whether this machine is online",
}

function credentials(environment: NodeJS.ProcessEnv): Secrets {
  return Object.keys(environment).flatMap((name) => (/^OP_(?:SESSION|.*TOKEN)/.test(name) ? environment[name] : []))
}

import { UserError } from "../core/errors.ts"
import { shellWord } from "../core/escape.ts"
import type { Foreign } from "../core/foreign.ts"
import type { ProgramResult } from "../processes/call.ts"
import { maskOutput } from "./mask-output.ts"
import { describeDuplicates, describeItem, type OnePasswordSpec } from "./onepassword-item.ts"
import { extractMessage, findOpError, listIds, type OpError } from "./op-error.ts"
import { VaultUnreachable } from "./vault.ts"

type Secrets = readonly (string | undefined)[]

/**
 * Creates the errors for failures of `op`, each with a fix.
 * @returns a function of the result, and of the secrets if it was a write; they are in no message
 */
export function createOpErrors(spec: OnePasswordSpec, environment: NodeJS.ProcessEnv) {
  const name = describeItem(spec)
  const command = `op item get ${shellWord(spec.item)} --vault ${shellWord(spec.vault)} --fields type=string`

  return function createError({ code, stderr, failure }: ProgramResult, secrets?: Secrets): UserError {
    if (failure?.kind === "missing") return new VaultUnreachable(`${name}: ${describeMissingProgram()}`)
    if (failure !== undefined) {
      return new VaultUnreachable(`${name}: op: ${failure.message}; check whether it waits for input: ${command}`)
    }
    const kind = findOpError(stderr)
    const refusal = kind === "forbidden" && !secrets ? undefined : kind && refusals[kind]
    if (refusal) return new UserError(`${name}: ${refusal(account(), createCommand("read_items,write_items"), stderr)}`)
    const reason = kind && reasons[kind]
    if (reason) return new VaultUnreachable(`${name}: ${reason(account(), createCommand("read_items"))}`)
    const message = maskOutput(extractMessage(stderr), [...(secrets ?? []), ...listCredentials(environment)])
    return new VaultUnreachable(
      `${name}: op ended with ${code}${message && `: ${message}`}; run it by hand: ${command}`,
    )
  }

  function describeMissingProgram(): string {
    const install =
      "needs the program op, which is not installed: https://developer.1password.com/docs/cli/get-started/"
    return environment.OP_SERVICE_ACCOUNT_TOKEN
      ? `OP_SERVICE_ACCOUNT_TOKEN ${install}`
      : `no credentials are set: set OP_CONNECT_HOST and OP_CONNECT_TOKEN, or OP_SERVICE_ACCOUNT_TOKEN; the latter, and a user's own account, ${install}`
  }

  function account(): string {
    return environment.OP_SERVICE_ACCOUNT_TOKEN
      ? "the service account of OP_SERVICE_ACCOUNT_TOKEN"
      : "the account that op is signed in to"
  }

  function createCommand(permissions: string): string {
    return `op service-account create gatekey --vault ${shellWord(`${spec.vault}:${permissions}`)}`
  }
}

/** Messages for errors that a user must fix; `create` is the command that creates a service account. */
const refusals: { readonly [kind in OpError]?: (account: string, createCommand: string, stderr: Foreign) => string } = {
  ambiguous: (_, __, stderr) => describeDuplicates("item", listIds(stderr)),
  noVault: () => "op finds no vault, or several, of that name; see: op vault list",
  conflict: () => "another client changes this vault at the same time; run this again",
  forbidden: (account, createCommand) => `${account} cannot write it; create one that can: ${createCommand}`,
}

/** Messages for a vault that cannot be read. */
const reasons: { readonly [kind in OpError]?: (account: string, createCommand: string) => string } = {
  limited: () =>
    "1Password received too many requests from this account; wait an hour, or see: op service-account ratelimit",
  badToken: (_, createCommand) =>
    `1Password does not accept OP_SERVICE_ACCOUNT_TOKEN; create another: ${createCommand}`,
  signedOut: () => "op is not signed in; run: eval $(op signin), or set OP_SERVICE_ACCOUNT_TOKEN",
  forbidden: (account, createCommand) => `${account} cannot read it; create one that can: ${createCommand}`,
  offline: () => "op cannot reach 1Password; check whether this machine is online",
}

function listCredentials(environment: NodeJS.ProcessEnv): Secrets {
  return Object.keys(environment).flatMap((name) => (/^OP_(?:SESSION|.*TOKEN)/.test(name) ? environment[name] : []))
}

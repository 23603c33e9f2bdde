import { usualLife } from "../../core/access-token.ts"
import { nameProblem } from "../../core/client-name.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import type { Run } from "../command.ts"
import { print } from "../print.ts"
import { findStackFile } from "../stack/stack.ts"
import { clientInState, type TokenClient } from "./client.ts"

export interface Options {
  readonly aud?: string
  /** In seconds. */
  readonly lifetime?: number
  readonly key?: string
  readonly domain?: string
  readonly generation?: number
  readonly stack?: string
  readonly cwd: string
}

export const run: Run<Options> = async ([name = ""], options) => {
  const problem = nameProblem(name)
  if (problem) throw new UserError(`${shown(name)} is not a valid name of a client: it ${problem}`)
  const client = await clientOf(name, options)
  // What signs is loaded by this command alone.
  const { mint } = await import("./mint.ts")
  print(`${await mint(client, options.lifetime ?? usualLife)}\n`)
  return 0
}

async function clientOf(name: string, options: Options): Promise<TokenClient> {
  const { aud, key, domain, generation, stack, cwd } = options
  if (key === undefined) {
    const extra = Object.entries({ domain, generation }).find(([, value]) => value !== undefined)
    if (extra) throw new UserError(`found --${extra[0]} without --key; drop it: the stack's state has it`)
    const found = await clientInState(await findStackFile(cwd, stack), name)
    return { ...found, ...(aud === undefined ? {} : { audience: aud }) }
  }
  if (domain === undefined || aud === undefined)
    throw new UserError("found --key alone; it needs --domain (of the Authority) and --aud (the guard's name)")
  return { name, generation: generation ?? 1, domain, audience: aud, keyFile: key }
}

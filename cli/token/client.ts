import { keyIdOf } from "../../core/access-token.ts"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { normalizeHost } from "../../core/host.ts"
import { type ExportedResource, exportState } from "../stack/export-state.ts"
import type { StackFile } from "../stack/stack.ts"

/** A client of a guard, and where its key is on this machine. */
export interface TokenClient {
  readonly name: string
  readonly generation: number
  readonly domain: string
  /** The guard's name. */
  readonly audience: string
  readonly keyFile: string
  /** PEM, as the stack's state has it. */
  readonly publicKey?: string
}

/**
 * Finds a client in the stack's state; of several generations on this machine the latest.
 * @throws UserError if the stack has none of that name, or its key is on another host
 */
export async function clientInState(stack: StackFile, name: string): Promise<TokenClient> {
  const resources = await exportState(stack)
  const keys = resources.filter(({ type }) => type === "gatekey:index:ClientKey").map(({ outputs = {} }) => outputs)
  const own = keys.filter((each) => each.name === name)
  const [latest] = own
    .filter(({ host }) => normalizeHost(String(host)) === "local")
    .sort((one, other) => Number(other.generation) - Number(one.generation))
  if (!latest) throw new UserError(missing(name, own[0], keys))
  const { generation, audience, folder, authority, publicKey } = latest
  return {
    ...{ name, generation: Number(generation), audience: String(audience), domain: domainIn(resources, authority) },
    keyFile: `${String(folder)}/client.key`,
    ...(typeof publicKey === "string" ? { publicKey } : {}),
  }
}

function missing(name: string, elsewhere: ExportedResource["outputs"], keys: readonly ExportedResource["outputs"][]) {
  if (elsewhere) {
    const { host, folder, generation } = elsewhere
    const id = keyIdOf({ name, generation: Number(generation) })
    const there = `${shown(String(host))}; run there: ${shown(String(folder))}/token`
    return `the key of ${id} was found on another host than this one: ${there}`
  }
  const names = [...new Set(keys.map((each) => shown(String(each?.name))))]
  const expected = names.length > 0 ? `expected one of ${names.join(", ")}` : "it has no client with a key"
  return `found no client ${shown(name)} in the stack's state, ${expected}; declare it (new Client) and run: pulumi up`
}

function domainIn(resources: readonly ExportedResource[], authority: unknown): string {
  const found = resources.find(({ type, id }) => type === "gatekey:index:Authority" && id === authority)
  if (typeof found?.outputs?.domain === "string") return found.outputs.domain
  throw new UserError("found no Authority of the client's key in the stack's state; run: pulumi up")
}

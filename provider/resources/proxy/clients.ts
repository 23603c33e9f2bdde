import { commonName } from "../../../certificates/identity.ts"
import type { ProxyClient } from "../../../proxies/client.ts"
import { hasUnknown } from "../../inputs.ts"
import { isObject } from "../../kinds.ts"
import type { Failure } from "../../resource.ts"

type DeclaredClient = Pick<ProxyClient, "name"> & Partial<ProxyClient>

/** Completes the declared clients. */
export function clientsOf({ clients = [] }: { readonly clients?: readonly DeclaredClient[] }): ProxyClient[] {
  return clients.map(({ generation = 1, role = "node", ...rest }) => ({ ...rest, generation, role }))
}

/** Finds what is wrong with clients that are right each for itself. */
export function clientFailures(declared: readonly DeclaredClient[], guard: unknown): Failure[] {
  const clients = clientsOf({ clients: declared })
  // A preview does not know everything yet.
  const ids = clients.map((each) => (hasUnknown([each.name, each.generation]) ? undefined : commonName(each)))
  const twice = ids.find((id, at) => id !== undefined && ids.indexOf(id) !== at)
  const bearers = clients.filter(({ auth = "mtls" }) => auth !== "mtls")
  const audience = isObject(guard) ? guard.audience : guard
  const reasons = [
    ...(twice === undefined ? [] : [`has ${twice} twice; the names or generations must differ`]),
    ...bearers
      .filter(({ key }) => key === undefined)
      .map(({ name, auth }) => `has ${name} with auth ${auth} and no key; set key to its public key`),
    ...clients
      .filter(({ auth = "mtls", key }) => auth === "mtls" && key !== undefined)
      .map(({ name }) => `has ${name} with a key, which auth mtls does not use; drop it, or set auth to jwt or both`),
  ]
  return [
    ...reasons.map((reason) => ({ property: "clients", reason })),
    ...(bearers.length > 0 && audience === undefined
      ? [{ property: "guard.audience", reason: "is missing; clients of auth jwt and both need it" }]
      : []),
  ]
}

import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { createHaproxy, type ProxyArgs } from "./create-haproxy.ts"
import { DeclarationError } from "./declaration-error.ts"
import type { ProxyClient } from "./haproxy.ts"

export interface SidecarArgs extends ProxyArgs {
  /** Whose certificate or bearer it sends: an entry of the guard's `clients`. */
  client: Omit<ProxyClient, "key">
  /** For a client of `jwt` and `both`: the guard's name, for which its bearers are. */
  audience?: string
  /** The loopback port that the node connects to. */
  port: number
  /** Where the guard is, and the DNS name of its certificate by which it is checked: HAProxy compares no addresses. */
  guard: { readonly address: string; readonly port: number; readonly name: string }
}

/** HAProxy at a node: its loopback port leads to the guard, with the node's certificate, a bearer, or both. */
export class Sidecar extends pulumi.ComponentResource {
  /** What the guard's `clients` have of it. */
  readonly entry: ProxyClient

  constructor(name: string, args: SidecarArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Sidecar", name, {}, options)
    const { client, port, guard, audience } = args
    const { name: own, generation = 1, role = "node", auth = "mtls" } = client
    const sidecar = { port, guard: guard.address, guardPort: guard.port, guardName: guard.name, auth }
    const identity = { name: own, generation, role } as const
    if (auth !== "mtls" && audience === undefined)
      throw new DeclarationError(
        `${name}: auth ${auth} needs an audience, found none; set audience to the guard's name`,
      )
    const bearer = auth === "mtls" || audience === undefined ? undefined : { auth, audience }
    const key = createHaproxy(this, name, args, { identity, configuration: { sidecar }, bearer }, options)
    const { scopes } = client
    this.entry = { ...identity, auth, ...omitUndefined({ scopes }), ...(key ? { key: key.publicKey } : {}) }
    this.registerOutputs({})
  }
}

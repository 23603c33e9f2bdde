import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { serverNames } from "../core/server-name.ts"
import { createHaproxy, type ProxyArgs } from "./create-haproxy.ts"
import type { ProxyClient } from "./haproxy.ts"

export interface GuardArgs extends ProxyArgs {
  /** Where it listens. */
  listen: { readonly address: string; readonly port: number }
  /**
   * A second port, for devices that show no certificate, such as phones and browsers: TLS, no identity, and the gateway lets
   * in who is paired. Default: none.
   */
  devices?: { readonly address: string; readonly port: number }
  /** DNS names and addresses by which its clients reach it. If all are addresses, a sidecar checks it by `NAME.internal`. */
  names: readonly string[]
  /** The port of the gateway, on the loopback of the same host. */
  gateway: number
  /** The generation of the header by which the gateway knows who is there: raised for another name. Default: 1. */
  header?: number
  /** Who is let in. Who is removed, or of another generation, is cut off by the next `up`. */
  clients: readonly ProxyClient[]
  /** The guard's name in the bearers of its clients (`aud`). Default: the component's name, in lower case. */
  audience?: string
}

/** HAProxy in front of a gateway: who shows a certificate or sends a bearer of the list gets in, under its own identity. */
export class Guard extends pulumi.ComponentResource {
  constructor(name: string, args: GuardArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Guard", name, {}, options)
    const { listen, devices, gateway, clients, names, header = 1 } = args
    const identity = { name: certificateName(name), role: "guard" as const, names: guardNames(name, names) }
    const audience = args.audience ?? identity.name
    const own = { ...listen, gateway, audience, ...omitUndefined({ devices }) }
    const configuration = { guard: own, header, clients: withKeys(clients) }
    createHaproxy(this, name, args, { identity, configuration }, options)
    this.registerOutputs({})
  }
}

/** Leaves out the clients whose host has not made its key: it may be off, and nobody can be let in by it yet. */
function withKeys(clients: readonly ProxyClient[]): pulumi.Output<ProxyClient[]> | readonly ProxyClient[] {
  if (!clients.some(({ key }) => pulumi.Output.isInstance(key))) return clients
  return pulumi.all(clients.map(({ key }) => key)).apply((keys) =>
    clients.flatMap(({ key, ...client }, at) => {
      if (!pulumi.Output.isInstance(key)) return [{ ...client, ...omitUndefined({ key }) }]
      return keys[at] === undefined ? [] : [{ ...client, key: keys[at] }]
    }),
  )
}

/** Returns the names of a guard's certificate. @param name the resource's */
export function guardNames(name: string, names: readonly string[]): string[] {
  return serverNames(certificateName(name), names)
}

/** Returns the name of a resource as part of a certificate's name. */
export function certificateName(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9]+/g, "-")
  return plain.slice(0, 32).replace(/^-+|-+$/g, "") || "guard"
}

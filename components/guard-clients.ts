import type * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import { normalizeHost } from "../core/host.ts"
import { admissions } from "../core/own-proxy.ts"
import { checkedName } from "../core/server-name.ts"
import type { Authority } from "./authority.ts"
import { Client } from "./client.ts"
import { certificateName } from "./guard.ts"
import type { ProxyClient } from "./haproxy.ts"
import { resolveHome } from "./place.ts"
import type { PlannedGuard } from "./planned-guard.ts"
import { Sidecar } from "./sidecar.ts"

type PlannedClient = PlannedGuard["clients"][number]

/** Creates a client's sidecar; without one, only its certificate, its key, or both. @returns what the guard lists, too */
export function createClient(
  planned: PlannedGuard,
  { name, role, generation, auth, scopes: declared, host, home, sidecar, manager, haproxy }: PlannedClient,
  authority: Authority,
  options: pulumi.ComponentResourceOptions,
): { readonly entry: ProxyClient; readonly resource: pulumi.Resource } {
  // What is declared for nobody is not an input of anybody.
  const scopes = declared.length > 0 ? { scopes: declared } : {}
  const own = { authority, host, ...omitUndefined({ lifetime: planned.args.lifetime }) }
  if (sidecar === undefined || manager === undefined) {
    const more = { folder: folderOf(name, home), auth, role, generation, audience: planned.name, ...scopes }
    const resource = new Client(`${name} client`, { ...own, ...more, name }, options)
    return { entry: resource.entry, resource }
  }
  const more = { manager, folder: folderOf(`${name}-sidecar`, home), port: sidecar, guard: routeOf(planned, host) }
  const client = { name, role, generation, auth, ...scopes }
  const args = { ...own, ...more, client, audience: planned.name, ...omitUndefined({ haproxy }) }
  const resource = new Sidecar(`${name} sidecar`, args, options)
  return { entry: resource.entry, resource }
}

/** Returns how a host reaches the guard: on its own host by the loopback. */
export function routeOf({ name: own, args, listen, gateway }: PlannedGuard, host: string) {
  const [first = ""] = args.names
  // What another party runs is not on the gateway's host.
  const isThere = args.bring === undefined || admissions[args.bring] === "certificate"
  const isHere = isThere && normalizeHost(host) === normalizeHost(gateway.args.host)
  const here = ["0.0.0.0", "::", "*"].includes(listen.address) ? "127.0.0.1" : listen.address
  const name = isThere ? checkedName(certificateName(`${own} guard`), args.names) : first
  return { address: isHere ? here : first, port: listen.port, name }
}

/** The folder of a guard or a sidecar; in a sandbox below its home. */
export function folderOf(name: string, home: string | undefined): string {
  return resolveHome(`~/.local/state/gatekey/${name.replace(/[^A-Za-z0-9-]+/g, "-")}`, home)
}

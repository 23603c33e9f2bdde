import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import type { Authority } from "./authority.ts"

/** Who a guard lets in. */
export interface ProxyClient {
  /** Whose certificate or key, such as `tw`. */
  name: string
  /** The generation of the certificate or key that counts; two of one name may be listed while they change. Default: 1. */
  generation?: number
  /** A `node` (the default) may open WebSockets only, and has no scopes. */
  role?: "node" | "client"
  /** What lets in: a certificate (`mtls`, the default), a bearer that its key has signed (`jwt`), or `both`. */
  auth?: "mtls" | "jwt" | "both"
  /** Of `jwt` and `both`: its public key, as PEM. A `Client` has it in its `entry`. */
  key?: pulumi.Input<string>
  /** Of a `client`: what it may do at the gateway, such as `operator.read`. Default: nothing. */
  scopes?: readonly string[]
}

export interface HaproxyArgs {
  /** The authority that issues its certificate. */
  authority: Authority
  /** `local` or `ssh://[user@]host[:port]`. */
  host: pulumi.Input<string>
  /** Its folder, which has its key and certificate as `own.pem`. */
  folder: pulumi.Input<string>
  /** The SHA-256 of that certificate: another one is loaded without dropping a connection. A sidecar of `jwt` has none. */
  digest?: pulumi.Input<string>
  /** In front of a gateway; either this or `sidecar`. */
  guard?: pulumi.Input<{
    address: string
    port: number
    gateway: number
    audience?: string
    /** A second port, for devices that show no certificate. */
    devices?: { readonly address: string; readonly port: number }
  }>
  /** Of a guard: the generation of the header by which the gateway knows who is there. Default: 1. */
  header?: pulumi.Input<number>
  /** Of a guard: who is let in. */
  clients?: pulumi.Input<readonly ProxyClient[]>
  /** At a node: from its loopback to the guard. */
  sidecar?: pulumi.Input<{
    port: number
    guard: string
    guardPort: number
    guardName: string
    auth?: ProxyClient["auth"]
  }>
}

/** The configuration of an HAProxy that checks certificates: in front of a gateway, or at a node. */
export class Haproxy extends pulumi.CustomResource {
  /** Describes its files. */
  declare readonly configured: pulumi.Output<string>
  /** Describes what its process runs with. */
  declare readonly loaded: pulumi.Output<string>

  constructor(name: string, { authority, ...args }: HaproxyArgs, options: pulumi.CustomResourceOptions = {}) {
    const outputs = { configured: undefined, loaded: undefined }
    const trusts = [...authority.plan.trusted]
    super("gatekey:index:Haproxy", name, { ...args, authority: authority.id, trusts, ...outputs }, options)
  }
}

import "./quiet.ts"
import * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import type { Authority } from "./authority.ts"
import { Certificate } from "./certificate.ts"
import { ClientKey } from "./client-key.ts"
import { childOptions } from "./create.ts"
import { DeclarationError } from "./declaration-error.ts"
import type { ProxyClient } from "./haproxy.ts"

export interface ClientArgs {
  /** The authority that issues its certificate. */
  authority: Authority
  /** `local` (the default), or `ssh://[user@]host[:port]`. */
  host?: string
  /** What lets it in: a certificate (`mtls`, the default), a bearer that its key signs (`jwt`), or `both`. */
  auth?: "mtls" | "jwt" | "both"
  /** Its name at the guard. Default: the component's. */
  name?: string
  /** Raised to make every earlier certificate and key worthless. Default: 1. */
  generation?: number
  /** A `client` (the default), or a `node`, which may open WebSockets only, and has no scopes. */
  role?: "node" | "client"
  /** What it may do at the gateway, such as `operator.read`. Default: nothing. */
  scopes?: readonly string[]
  /** Its folder. Default: `~/.local/state/gatekey/NAME`. */
  folder?: string
  /** Of `jwt` and `both`: the guard's name, for which its bearers are. */
  audience?: string
  /** How long its certificate is valid. Default: `365d`. */
  lifetime?: string
}

/** The credentials of a guard's client, made on its host: a key that signs bearers, a certificate, or both. */
export class Client extends pulumi.ComponentResource {
  /** What the guard's `clients` have of it. */
  readonly entry: ProxyClient
  /** The program on its host that prints access tokens, of `jwt` and `both`. */
  readonly program?: string

  constructor(name: string, args: ClientArgs, options: pulumi.ComponentResourceOptions = {}) {
    super("gatekey:index:Client", name, {}, options)
    const { authority, host = "local", auth = "mtls", generation = 1, role = "client", lifetime, audience } = args
    const own = args.name ?? name
    const folder = args.folder ?? `~/.local/state/gatekey/${own}`
    const identity = { authority, host, name: own, generation }
    const child = childOptions(this, options)
    this.entry = { name: own, generation, role, auth, ...omitUndefined({ scopes: args.scopes }) }
    if (auth !== "jwt")
      new Certificate(
        `${name} certificate`,
        { ...identity, role, path: `${folder}/own.pem`, ...omitUndefined({ lifetime }) },
        child,
      )
    if (auth !== "mtls") {
      if (audience === undefined)
        throw new DeclarationError(
          `${name}: auth ${auth} needs an audience, found none; set audience to the guard's name`,
        )
      const { publicKey } = new ClientKey(`${name} key`, { ...identity, folder, audience }, child)
      this.entry = { ...this.entry, key: publicKey }
      this.program = `${folder}/token`
    }
    this.registerOutputs({})
  }
}

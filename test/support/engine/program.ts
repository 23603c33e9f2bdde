import { resolve } from "node:path"
import { pathToFileURL } from "node:url"
import type {
  AuthorityArgs,
  CertificateArgs,
  ClientArgs,
  GuardArgs,
  SidecarArgs,
  SystemdUnitArgs,
  TrustedProxyArgs,
} from "../../../components/index.ts"
import type { FormatName, Reference } from "../../../core/content.ts"

export const root: string = resolve(import.meta.dirname, "../../..")

/** What the one generic program declares; it stands in the stack's configuration, so that a test changes only that. */
export interface Fleet {
  readonly token?: TokenDeclaration
  /** By resource name. */
  readonly places: { readonly [name: string]: PlaceDeclaration }
  /** By the component's name. */
  readonly units?: { readonly [name: string]: Omit<SystemdUnitArgs, "token" | "after"> }
  /** By resource name, all of the authority `home`. */
  readonly certificates?: { readonly [name: string]: Omit<CertificateArgs, "authority"> }
  /** By the component's name, all of the authority `home`. */
  readonly guards?: { readonly [name: string]: Omit<GuardArgs, "authority"> }
  /** By the component's name; each guard lets them in too. */
  readonly clients?: { readonly [name: string]: Omit<ClientArgs, "authority"> }
  /** By the component's name; each guard lets in those that send a bearer. */
  /** How far the rotation of the authority `home` has come. */
  readonly authority?: Omit<AuthorityArgs, "domain">
  readonly sidecars?: { readonly [name: string]: Omit<SidecarArgs, "authority"> }
  /** By resource name: gateways that trust a guard; made after all guards. */
  readonly trusts?: { readonly [name: string]: Omit<TrustedProxyArgs, "authority"> }
}

export interface TokenDeclaration {
  readonly rotation?: number
  readonly maxAge?: string
  readonly keep?: number
  readonly compromised?: readonly number[]
  /** `secret`: the value is the stack's secret configuration `adopt`. */
  readonly adopt?: { readonly from: string } | { readonly secret: true }
  readonly options?: Options
}

export interface PlaceDeclaration {
  /** `ssh://…`; else this machine. */
  readonly host?: string
  /** `~/` is the stack's home. */
  readonly path: string
  readonly locator: string
  readonly format?: FormatName
  readonly must?: "token" | "reference" | "nothing"
  readonly reference?: Reference
  readonly why?: string
  readonly serves?: string
  readonly overwrite?: boolean
  /** The name of a component that it stands in. */
  readonly within?: string
  readonly options?: Options
}

interface Options {
  readonly protect?: boolean
  readonly import?: string
}

const component = (name: string) => JSON.stringify(pathToFileURL(resolve(root, "components", name)).href)

export const program: string = `
import * as pulumi from "@pulumi/pulumi"
import { Authority } from ${component("authority.ts")}
import { Certificate } from ${component("certificate.ts")}
import { Client } from ${component("client.ts")}
import { Guard } from ${component("guard.ts")}
import { Sidecar } from ${component("sidecar.ts")}
import { Placement } from ${component("placement.ts")}
import { SystemdUnit } from ${component("systemd-unit.ts")}
import { Token } from ${component("token.ts")}
import { TrustedProxy } from ${component("trusted-proxy.ts")}

const config = new pulumi.Config()
const { token: declared = {}, places, units = {}, certificates = {}, guards = {}, clients = {}, sidecars = {}, trusts = {}, authority: step = {} } = config.requireObject("fleet")
const { options = {}, adopt, ...args } = declared
const adopted = adopt?.secret ? { value: config.requireSecret("adopt") } : adopt
const token = new Token("token", { rotation: 1, ...args, ...(adopted ? { adopt: adopted } : {}) }, { protect: false, ...options })

const parents = {}
for (const [name, { within, options = {}, ...args }] of Object.entries(places)) {
  if (within) parents[within] ??= new pulumi.ComponentResource("test:index:Group", within)
  new Placement(name, { token, ...args }, { ...options, ...(within ? { parent: parents[within] } : {}) })
}
for (const [name, args] of Object.entries(units)) new SystemdUnit(name, { token, ...args })
if ([certificates, guards].some((each) => Object.keys(each).length > 0)) {
  const authority = new Authority("home", { domain: "home", ...step }, { protect: false })
  for (const [name, args] of Object.entries(certificates)) new Certificate(name, { authority, ...args })
  const entries = Object.entries(clients).map(([name, args]) => new Client(name, { authority, ...args }).entry)
  const nodes = Object.entries(sidecars).map(([name, args]) => new Sidecar(name, { authority, ...args }).entry)
  const bearers = [...entries, ...nodes.filter(({ key }) => key !== undefined)]
  const made = Object.entries(guards).map(([name, args]) => new Guard(name, { authority, ...args, clients: [...args.clients, ...bearers] }))
  for (const [name, args] of Object.entries(trusts)) new TrustedProxy(name, { authority, ...args }, { dependsOn: made })
}
export const fingerprint = token.fingerprint
export const generation = token.generation
`

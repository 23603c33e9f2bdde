import type * as pulumi from "@pulumi/pulumi"
import { omitUndefined } from "../core/given.ts"
import type { Authority } from "./authority.ts"
import { Certificate, type CertificateArgs } from "./certificate.ts"
import { ClientKey } from "./client-key.ts"
import { childOptions } from "./create.ts"
import { Haproxy, type HaproxyArgs } from "./haproxy.ts"
import { Service } from "./service.ts"

/** What a guard and a sidecar are told alike. */
export interface ProxyArgs {
  /** The authority that issues its certificate. */
  authority: Authority
  /** `local` (the default), or `ssh://[user@]host[:port]`. */
  host?: string
  /** What keeps it running: a user unit of systemd, launchd, or a plain process. */
  manager: "systemd" | "launchd" | "process"
  /** Its folder. Default: `~/.local/state/gatekey/NAME`. */
  folder?: string
  /** The program. Default: Debian's (`/usr/sbin/haproxy`), with launchd Homebrew's. */
  haproxy?: string
  /** How long its certificate is valid. Default: `365d`. */
  lifetime?: string
}

type Identity = Pick<CertificateArgs, "name" | "generation" | "role" | "names">
type Configuration = Pick<HaproxyArgs, "guard" | "header" | "clients" | "sidecar">

/** What a sidecar sends, if not its certificate alone. */
interface Bearer {
  readonly auth: "jwt" | "both"
  /** The guard's name. */
  readonly audience: string
}

interface Parts {
  readonly identity: Identity
  readonly configuration: Configuration
  readonly bearer?: Bearer | undefined
}

/**
 * Makes the certificate, or the key of its bearers, the configuration and the service of an HAProxy, in this order.
 * @returns the key
 */
export function createHaproxy(
  parent: pulumi.ComponentResource,
  name: string,
  args: ProxyArgs,
  { identity, configuration, bearer }: Parts,
  options: pulumi.ComponentResourceOptions,
): ClientKey | undefined {
  const { authority, host = "local", manager, lifetime } = args
  const folder = args.folder ?? `~/.local/state/gatekey/${plain(name)}`
  const own = childOptions(parent, options)
  const at = { authority, host, folder }
  const certificate = { authority, host, path: `${folder}/own.pem`, ...identity, ...omitUndefined({ lifetime }) }
  const shown =
    bearer?.auth === "jwt" ? {} : { digest: new Certificate(`${name} certificate`, certificate, own).digest }
  const key =
    bearer && new ClientKey(`${name} key`, { ...at, ...keyIdentity(identity), audience: bearer.audience }, own)
  const proxy = new Haproxy(
    `${name} configuration`,
    { ...at, ...shown, ...configuration },
    childOptions(parent, options, key ? [key] : []),
  )
  const haproxy = args.haproxy ?? programs[manager]
  const program = {
    command:
      bearer || configuration.guard
        ? ["/bin/sh", "start.sh", haproxy]
        : [haproxy, "-W", "-f", "proxy.cfg", "-S", "unix@master.sock"],
    folder,
    description: `gatekey ${name}`,
  }
  const service = { manager, name: serviceName(manager, name), variable: "OPENCLAW_GATEWAY_TOKEN", program }
  new Service(
    `${name} service`,
    { host, ...service, otherwise: "certificates", keepAlive: "no client gets in without it" },
    { ...own, dependsOn: [proxy] },
  )
  return key
}

function keyIdentity({ name, generation }: Identity) {
  return { name, ...omitUndefined({ generation }) }
}

const programs = {
  systemd: "/usr/sbin/haproxy",
  process: "/usr/sbin/haproxy",
  launchd: "/opt/homebrew/bin/haproxy",
} as const

function serviceName(manager: ProxyArgs["manager"], name: string): string {
  const own = `gatekey-${plain(name)}`
  if (manager === "systemd") return `${own}.service`
  return manager === "launchd" ? `dev.gatekey.${own}` : own
}

/** The name of a resource as part of a file's or a unit's name. */
function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]+/g, "-")
}

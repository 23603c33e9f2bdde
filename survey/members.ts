import { products } from "../products/index.ts"
import { type ProductName, productNames, type Role, roles } from "../products/product.ts"
import type { Copy } from "./copies.ts"
import type { Definition } from "./definitions.ts"
import { type Located, locatedIn } from "./located.ts"
import type { Settings } from "./settings.ts"
import type { Process, Sight } from "./sight.ts"

/** A gateway or node of a home: it runs there, a service would start it, or the config makes it one. */
export interface Member {
  readonly product: ProductName
  readonly role: Role
  readonly profile?: string
  readonly process?: Process
  /** Further processes of the same kind in the same home. */
  readonly more: readonly Process[]
  readonly definitions: readonly Definition[]
  readonly settings?: Settings
  /** Its config, and the file of variables that it reads: absolute. */
  readonly located: Located
  /** The gateway's port. */
  readonly port: number
}

export interface Found {
  readonly sight: Sight
  readonly copies: readonly Copy[]
  readonly definitions: readonly Definition[]
  readonly settings: readonly Settings[]
}

export function membersOf(found: Found): Member[] {
  const { settings, sight, definitions } = found
  const profiles = new Set([
    undefined,
    ...settings.map(({ profile }) => profile),
    ...sight.processes.map((process) => locatedOf(process, sight).profile),
    ...definitions.map(({ located }) => located?.profile),
  ])
  const all = productNames.flatMap((product) =>
    [...profiles].flatMap((profile) => roles.flatMap((role) => memberOf(found, product, role, profile) ?? [])),
  )
  return all.filter((member) => isStarted(member) || !all.some((other) => isSame(member, other) && isStarted(other)))
}

/** A config alone makes no member where another profile is the one that is started. */
function isStarted({ process, definitions }: Member): boolean {
  return process !== undefined || definitions.length > 0
}

function isSame(one: Member, other: Member): boolean {
  return one.product === other.product && one.role === other.role
}

function memberOf(found: Found, product: ProductName, role: Role, profile: string | undefined): Member | undefined {
  const { sight, definitions, settings } = found
  const running = sight.processes.filter((each) => isHere(each, sight) && is(each, product, role, profile, sight))
  const own = definitions.filter(
    ({ running, located }) => running?.product === product && running.role === role && located?.profile === profile,
  )
  const config = settings.find((each) => each.product === product && each.profile === profile)
  const configured = config !== undefined && config.mode === (role === "gateway" ? "local" : "remote")
  if (running.length === 0 && own.length === 0 && !configured) return undefined
  const [process, ...more] = running
  return {
    product,
    role,
    ...(profile ? { profile } : {}),
    ...(process ? { process } : {}),
    more,
    definitions: own,
    located:
      (process && locatedOf(process, sight)) ??
      own.find(({ located }) => located)?.located ??
      locatedIn(sight, product, profile, () => undefined),
    ...(config ? { settings: config } : {}),
    port:
      portOf(process) ??
      own.find(({ options }) => options?.port)?.options?.port ??
      config?.port ??
      products[product].port,
  }
}

function is(process: Process, product: ProductName, role: Role, profile: string | undefined, sight: Sight): boolean {
  return process.product === product && process.role === role && locatedOf(process, sight).profile === profile
}

/** Where a process has its files, as it was started. */
export function locatedOf({ product, profile, environment }: Process, sight: Sight): Located {
  return locatedIn(sight, product, profile, (name) => environment.get(`${product.toUpperCase()}_${name}`)?.reveal())
}

/** Whether it is one of this home. */
export function isHere({ home, uid, apart }: Process, sight: Sight): boolean {
  if (apart) return false
  return home === undefined ? uid === sight.owner : [sight.home, sight.real].includes(home)
}

function portOf(process: Process | undefined): number | undefined {
  const text = process?.environment.get(`${process.product.toUpperCase()}_GATEWAY_PORT`)?.reveal()
  return process?.port ?? (text && /^\d+$/.test(text) ? Number(text) : undefined)
}

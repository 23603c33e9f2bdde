import { omitUndefined } from "../../core/given.ts"
import { products } from "../../products/index.ts"
import { type ProductName, productNames, type Role, roles } from "../../products/product.ts"
import type { HomeSnapshot, Process } from "../files/home-snapshot.ts"
import { dotenvsOf, type Located, locatedIn } from "../files/located.ts"
import type { ProductSettings } from "../files/settings.ts"
import { portOf, portVariable, statedPort, usualPort } from "../files/stated-port.ts"
import { statedUrlFor } from "../files/stated-url.ts"
import type { HomeReading, Member } from "./member.ts"

export function membersOf(found: HomeReading): Member[] {
  const { settings, snapshot, definitions } = found
  const profiles = new Set([
    undefined,
    ...settings.map(({ profile }) => profile),
    ...snapshot.processes.map((process) => locatedAs(process, found).profile),
    ...definitions.map(({ located }) => located?.profile),
  ])
  const all = productNames.flatMap((product) =>
    [...profiles].flatMap((profile) => roles.flatMap((role) => memberOf(found, product, role, profile) ?? [])),
  )
  return all.filter((member) => isStarted(member) || !all.some((other) => isSame(member, other) && isStarted(other)))
}

/** Checks whether a process or definition starts the member: a config alone does not count beside one that is started. */
export function isStarted({ process, definitions }: Member): boolean {
  return process !== undefined || definitions.length > 0
}

function isSame(one: Member, other: Member): boolean {
  return one.product === other.product && one.role === other.role
}

function memberOf(
  found: HomeReading,
  product: ProductName,
  role: Role,
  profile: string | undefined,
): Member | undefined {
  const { snapshot, definitions, settings, dotenvPorts } = found
  const called = snapshot.processes.filter(
    (each) => isHere(each, snapshot) && isMemberProcess(each, product, role, profile, found),
  )
  const own = definitions.filter(
    ({ running, located }) => running?.product === product && running.role === role && located?.profile === profile,
  )
  const config = settings.find((each) => each.product === product && each.profile === profile)
  const running = role === "gateway" ? withoutCommands(called, config) : called
  const configured = config !== undefined && config.mode === (role === "gateway" ? "local" : "remote")
  if (running.length === 0 && own.length === 0 && !configured) return undefined
  const [process, ...more] = running
  const store = profile === undefined ? found.nodes.get(product) : undefined
  const located =
    (process && locatedAs(process, found)) ??
    own.find(({ located }) => located)?.located ??
    locatedIn(snapshot, product, profile, () => undefined)
  const stated = [
    process?.port,
    ...own.map(({ options }) => options?.port),
    statedPort(product, process?.environment.get(portVariable(product))?.reveal()),
    ...(process?.seen ? [] : own.map(({ port }) => port)),
    ...dotenvsOf(product, located, snapshot.home).map((path) => dotenvPorts.get(path)),
    config?.port,
    role === "gateway" && profile === undefined ? found.declaredPort : undefined,
    usualPort(product, role === "gateway" ? profile : undefined),
  ].filter((port) => port !== undefined)
  const isClient = role === "node" && running.length + own.length === 0 && !store && !found.declaredNode
  const led = isClient && product === "openclaw" ? statedUrlFor(found.urls, located, snapshot.home) : undefined
  return {
    product,
    role,
    ...(profile ? { profile } : {}),
    ...(process ? { process } : {}),
    ...(role === "node" ? (store ?? {}) : {}),
    ...(isClient ? { isClient } : {}),
    ...(led ? { url: led.url, urlFrom: led.path } : {}),
    more,
    definitions: own,
    located,
    ...(config ? { settings: config } : {}),
    port: portOf(stated, role === "gateway" ? (process?.listens ?? []) : []) ?? products[product].port,
  }
}

/** Checks whether a process may be a command, such as `openclaw gateway status`: it has a gateway's name, but does not listen. */
export function mayBeCommand({ argumentsSeen, service, listens = [] }: Process): boolean {
  return !argumentsSeen && service === undefined && listens.length === 0
}

/** Drops possible commands if there is a certain gateway, or the config names another machine. */
function withoutCommands(called: readonly Process[], config: ProductSettings | undefined): readonly Process[] {
  const sure = called.filter((process) => !mayBeCommand(process))
  return sure.length > 0 || config?.mode === "remote" ? sure : called
}

function isMemberProcess(
  process: Process,
  product: ProductName,
  role: Role,
  profile: string | undefined,
  found: HomeReading,
): boolean {
  return process.product === product && process.role === role && locatedAs(process, found).profile === profile
}

/** Returns where a running process has its files; the profile of one that hides its arguments is known by its port. */
function locatedAs(process: Process, found: HomeReading): Located {
  const own = locatedOf(process, found.snapshot)
  const profile = own.profile === undefined ? profileByPort(process, found.settings) : undefined
  return profile === undefined ? own : locatedOf({ ...process, profile }, found.snapshot)
}

/** Finds the only profile whose config has a port on which the gateway listens; undefined if the default config's port is it. */
function profileByPort(
  { product, role, argumentsSeen, environment, listens = [] }: Process,
  settings: readonly ProductSettings[],
): string | undefined {
  if (role !== "gateway" || argumentsSeen || environment.has(portVariable(product))) return undefined
  const fitting = settings.filter(
    ({ product: of, port, profile }) => of === product && listens.includes(port ?? usualPort(product, profile)),
  )
  const [only, ...more] = fitting.map(({ profile }) => profile)
  return more.length === 0 && !only?.startsWith("/") ? only : undefined
}

/** Returns where a running process has its files. */
export function locatedOf({ product, profile, environment, folder }: Process, snapshot: HomeSnapshot): Located {
  const variable = (name: string) => environment.get(`${product.toUpperCase()}_${name}`)?.reveal()
  return { ...locatedIn(snapshot, product, profile, variable), ...omitUndefined({ folder }) }
}

/** Checks whether a process belongs to this home. */
export function isHere({ home, uid, apart }: Process, snapshot: HomeSnapshot): boolean {
  if (apart) return false
  return home === undefined ? uid === snapshot.owner : [snapshot.home, snapshot.real].includes(home)
}

import { isDeepStrictEqual } from "node:util"
import type { Json } from "../core/content.ts"
import { isMapping } from "../core/mapping.ts"
import { authKeys } from "./auth-modes.ts"

/** An identity that a guard hands over, and the scopes that it has at the gateway; a node has none. */
export interface TrustedIdentity {
  readonly identity: string
  readonly scopes: readonly string[]
}

/** How a gateway trusts the guard on its own host. */
export interface Trust {
  /** `token`: tokens still let in, also those who come by the guard. */
  readonly mode: "trusted-proxy" | "token"
  /** The name of the header with the identity. It is a secret. */
  readonly header: string
  readonly identities: readonly TrustedIdentity[]
  /** Whether it must listen on its loopback only. */
  readonly isClosed: boolean
  /** Of mode token: the guard hands over the addresses of its clients, so the gateway has to trust it already. */
  readonly isForwarded: boolean
}

/** A key of the gateway's config, and its value; undefined if the key must be missing. */
export interface TrustSetting {
  readonly key: string
  readonly value: Json | undefined
  /** It is a list that contains these and may contain others. */
  readonly isAmong?: true
}

/** The identity by which gatekey itself lists and approves pairings. No client of a guard can have it. */
export const ownIdentity: TrustedIdentity = {
  identity: "gatekey",
  scopes: ["operator.admin", "operator.pairing", "operator.read"],
}

export const headerKey = "gateway.auth.trustedProxy.userHeader"

/** Lists the settings of an openclaw that trusts a guard. Source: openclaw 2026.9.6, `docs/gateway/trusted-proxy-auth.md`. */
export function trustSettings(trust: Trust): readonly TrustSetting[] {
  if (trust.mode === "trusted-proxy") return [...identitySettings(trust), proxySetting, ...pairingSettings]
  return trust.isForwarded ? [proxySetting, ...pairingSettings] : pairingSettings
}

const proxiesKey = "gateway.trustedProxies"
const ownHost = "127.0.0.1"

/** For a change of it, openclaw closes every connection. */
const proxySetting: TrustSetting = { key: proxiesKey, value: [ownHost], isAmong: true }

/** The settings of a gateway whose clients come by a guard, whatever lets them in. */
const pairingSettings: readonly TrustSetting[] = [
  // A client behind a proxy on this host looks local, and would be paired without being asked for.
  { key: "gateway.nodes.pairing.autoApproveLocal", value: false },
  { key: "gateway.nodes.pairing.sshVerify", value: false },
]

/** Checks whether a gateway accepts the addresses that a proxy on its own host says of its clients. */
export function trustsOwnHost(config: Json): boolean {
  const proxies = settingIn(config, proxiesKey)
  return Array.isArray(proxies) && proxies.some((each) => typeof each === "string" && containsOwnHost(each.trim()))
}

function containsOwnHost(range: string): boolean {
  const [, address = "", bits] = /^([\d.]+)(?:\/(\d|[12]\d|3[0-2]))?$/.exec(range) ?? []
  const [own, first] = [numberOf(ownHost), numberOf(address)]
  const shift = 32 - Number(bits ?? 32)
  // A shift by 32 is none in JavaScript.
  return first !== undefined && own !== undefined && (shift === 32 || own >>> shift === first >>> shift)
}

/** Returns an IPv4 address as a number; undefined for anything else. */
function numberOf(address: string): number | undefined {
  const parts = address.split(".").map(Number)
  if (parts.length !== 4 || parts.some((part) => !(part <= 255))) return undefined
  return parts.reduce((number, part) => number * 256 + part, 0)
}

/** Checks whether wrong attempts from its own host lock out all that comes from there, as openclaw does not by default. */
export function locksOutOwnHost(config: Json): boolean {
  return settingIn(config, "gateway.auth.rateLimit.exemptLoopback") === false
}

function identitySettings({ header, identities, isClosed }: Trust): readonly TrustSetting[] {
  const all = [...identities, ownIdentity]
  const scopes = all.filter(({ scopes }) => scopes.length > 0).map(({ identity, scopes }) => [identity, [...scopes]])
  return [
    { key: authKeys.mode, value: "trusted-proxy" },
    // With either of them it does not start.
    { key: authKeys.token, value: undefined },
    { key: authKeys.password, value: undefined },
    { key: headerKey, value: header },
    { key: "gateway.auth.trustedProxy.requiredHeaders", value: ["x-forwarded-proto"] },
    { key: "gateway.auth.trustedProxy.allowUsers", value: all.map(({ identity }) => identity) },
    { key: "gateway.auth.trustedProxy.allowLoopback", value: true },
    { key: "gateway.auth.identityScopes", value: Object.fromEntries(scopes) },
    ...(isClosed ? [{ key: "gateway.bind", value: "loopback" }] : []),
  ]
}

/** Returns the value of a key in a parsed config. */
export function settingIn(config: Json, key: string): Json | undefined {
  return key.split(".").reduce<Json | undefined>((value, name) => {
    return isMapping(value) && Object.hasOwn(value, name) ? (value as { [key: string]: Json })[name] : undefined
  }, config)
}

/** Lists the settings that a config does not have. */
export function missingSettings(config: Json, settings: readonly TrustSetting[]): readonly TrustSetting[] {
  return settings.flatMap((setting) => {
    const found = settingIn(config, setting.key)
    const value = setting.isAmong ? withAll(found, setting.value) : setting.value
    return isDeepStrictEqual(found, value) ? [] : [{ key: setting.key, value }]
  })
}

/** Adds what a list lacks; what else is in it stays, in its order. */
function withAll(found: Json | undefined, wanted: Json | undefined): Json | undefined {
  if (!Array.isArray(found) || !Array.isArray(wanted)) return wanted
  return [...found, ...wanted.filter((each) => !found.includes(each))]
}

/**
 * Returns the settings that go back from those of a trust to those before it. A parent that did not exist is removed as a
 * whole: openclaw rejects an empty one.
 */
export function settingsBefore(config: Json, settings: readonly TrustSetting[]): readonly TrustSetting[] {
  const keys = settings.map(({ key }) => key).filter((key) => !Object.values(authKeys).includes(key))
  const back = new Set(keys.map((key) => missingParent(config, key) ?? key))
  return [...back].map((key) => ({ key, value: settingIn(config, key) }))
}

/** Finds the uppermost parent that a config does not have; `gateway` and `gateway.auth` have other keys too. */
function missingParent(config: Json, key: string): string | undefined {
  const names = key.split(".")
  const parents = names.map((_, at) => names.slice(0, at + 1).join(".")).filter((each) => !shared.includes(each))
  return parents.find((each) => settingIn(config, each) === undefined)
}

const shared = ["gateway", "gateway.auth"]

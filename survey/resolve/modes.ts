import { omitUndefined } from "../../core/given.ts"
import { homely } from "../../core/home.ts"
import { type AuthMode, authenticationOf, authKeys } from "../../products/auth-modes.ts"
import type { ProductName } from "../../products/product.ts"
import type { HomeReading, Member } from "../collect/member.ts"
import type { Candidate } from "./candidate.ts"
import { placeName } from "./names.ts"
import { winnerOf } from "./winner.ts"

/** What a gateway lets clients in by, as far as its process and its files say. */
export interface Mode {
  readonly kind: AuthMode
  /** Where that is said, as it may be shown; nothing for the token of a gateway that states no mode. */
  readonly why?: string
  /** Why it does not start with what its files give it. */
  readonly refuses?: string
  /** What makes it start. */
  readonly remedy?: string
  /** The password that counts. */
  readonly password?: Candidate
}

/** As the product decides: its arguments, then `gateway.auth.mode`; where neither says it, by the credentials it has. */
export function modeOf(member: Member, found: HomeReading): Mode {
  const { process, definitions, settings, located, product } = member
  const { home } = found.snapshot
  const options = process?.argumentsSeen ? [process] : definitions.flatMap(({ options }) => options ?? [])
  const flag = options.find(({ auth }) => auth)?.auth
  const mode = flag ?? settings?.auth
  const winners = (["token", "password"] as const).map((credential) => winnerOf(member, found, "live", credential))
  const [token, password] = winners.map(({ wins }) => wins)
  const both = winners.every(({ candidates }) => candidates.some(isInConfig))
  const has = (candidate: Candidate | undefined) => candidate !== undefined && !candidate.isUnset && !candidate.isBlank
  // A file of variables that cannot be read may set a password, or none.
  const isOpen = password?.source === "environment" && (password.unknown ?? password.problem) !== undefined
  const isSet = has(password) && !isOpen
  const settled = { product, token: has(token), password: isSet, both }
  const first = authenticationOf({ ...settled, mode })
  // clawdbot forgets the whole `gateway.auth` of its config as soon as a flag gives it a credential.
  const isLeft = (candidate: Candidate | undefined) => has(candidate) && candidate?.source !== "config"
  const withFlags = authenticationOf({ product, mode: flag, token: isLeft(token), password: isLeft(password) })
  const isFlag = token?.source === "flag" || password?.source === "flag"
  const { mode: kind } = product === "clawdbot" && isFlag ? withFlags : first
  const refused = settings?.rejection ?? first.refuses
  const { refuses, remedy } =
    refused === undefined
      ? startRefusal([token, password], kind, product)
      : { refuses: refused, remedy: settings?.rejection === undefined ? first.remedy : undefined }
  const stated = flag ? "--auth" : `${homely(located.config, home)} ${authKeys.mode}`
  const place = password?.copy ? placeName(password.copy, home) : describePasswordSource(password, member)
  const why = mode === undefined ? (kind === "password" ? place : kind === "none" ? nothing : undefined) : stated
  return { kind, ...omitUndefined({ why, refuses, remedy, password }) }
}

/** Why what its config has in place of a credential keeps it from starting. */
function startRefusal(
  [token, password]: readonly (Candidate | undefined)[],
  kind: AuthMode,
  product: ProductName,
): Pick<Mode, "refuses" | "remedy"> {
  const unset = product === "clawdbot" ? [token, password].find((each) => each?.isUnset)?.problem : undefined
  if (unset !== undefined) return { refuses: `its config ${unset}` }
  if (kind !== "token" || !token?.isBlank) return {}
  return { refuses: `${authKeys.token} is empty`, remedy: `set ${authKeys.token} to a strong value` }
}

const nothing = "neither a token nor a password is configured"

function isInConfig({ source, key }: Candidate): boolean {
  return source === "config" && key === "auth"
}

function describePasswordSource(password: Candidate | undefined, { product }: Member): string {
  if (password?.source === "flag") return "--password"
  return `${product.toUpperCase()}_GATEWAY_PASSWORD in its environment`
}

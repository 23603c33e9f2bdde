import { omitUndefined } from "../../core/given.ts"
import { showPath } from "../../core/home.ts"
import { type AuthMode, authKeys, evaluateAuthentication } from "../../products/auth-modes.ts"
import type { ProductName } from "../../products/product.ts"
import type { HomeReading, Member } from "../collect/member.ts"
import type { Candidate } from "./candidate.ts"
import { placeName } from "./names.ts"
import { winnerOf } from "./winner.ts"

/** A gateway's authentication mode, as far as its process and files tell. */
export interface Mode {
  readonly kind: AuthMode
  /** What sets it, safe to show; undefined for the token of a gateway without a mode. */
  readonly why?: string
  /** Why it does not start with its files. */
  readonly refuses?: string
  /** The fix that makes it start. */
  readonly remedy?: string
  /** The password that counts. */
  readonly password?: Candidate
}

/** Derives the mode as the product does: from its arguments, then `gateway.auth.mode`, then its credentials. */
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
  // An unreadable environment file may set a password, or none.
  const isOpen = password?.source === "environment" && (password.unknown ?? password.problem) !== undefined
  const isSet = has(password) && !isOpen
  const settled = { product, token: has(token), password: isSet, both }
  const first = evaluateAuthentication({ ...settled, mode })
  // clawdbot ignores the whole `gateway.auth` of its config if a flag sets a credential.
  const isLeft = (candidate: Candidate | undefined) => has(candidate) && candidate?.source !== "config"
  const withFlags = evaluateAuthentication({ product, mode: flag, token: isLeft(token), password: isLeft(password) })
  const isFlag = token?.source === "flag" || password?.source === "flag"
  const { mode: kind } = product === "clawdbot" && isFlag ? withFlags : first
  const refused = settings?.rejection ?? first.refuses
  const { refuses, remedy } =
    refused === undefined
      ? startRefusal([token, password], kind, product)
      : { refuses: refused, remedy: settings?.rejection === undefined ? first.remedy : undefined }
  const stated = flag ? "--auth" : `${showPath(located.config, home)} ${authKeys.mode}`
  const place = password?.copy ? placeName(password.copy, home) : describePasswordSource(password, member)
  const why = mode === undefined ? (kind === "password" ? place : kind === "none" ? nothing : undefined) : stated
  return { kind, ...omitUndefined({ why, refuses, remedy, password }) }
}

/** Describes why its config's credential keeps it from starting. */
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

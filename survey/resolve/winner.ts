import { omitUndefined } from "../../core/given.ts"
import { Secret } from "../../core/secret.ts"
import { products } from "../../products/index.ts"
import { type Credential, clientReasons, orderOf } from "../../products/readers.ts"
import type { HomeReading, Member } from "../collect/member.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { type Candidate, candidateOf, readerOf } from "./candidate.ts"
import {
  credentialsOf,
  type EnvironmentQuery,
  environmentOf,
  isOverridden,
  keyOf,
  scriptsOf,
  unitsOf,
} from "./environment.ts"

export type { Candidate } from "./candidate.ts"

/** What a member presents, or accepts: the first is the one that counts. */
export interface Winner {
  readonly candidates: readonly Candidate[]
  readonly wins: Candidate | undefined
}

/** By the product's precedence over all places. @param when `live`: as its process runs; `next`: as it would start now */
export function winnerOf(
  member: Member,
  found: HomeReading,
  when: "live" | "next" = "live",
  credential: Credential = "token",
): Winner {
  const live = when === "live" && member.process !== undefined
  const why = (source: string) => reasonOf(member, source)
  const asked: EnvironmentQuery = { member, found, live, credential, why }
  const unset = unsetReference(member, found)
  const sources = orderOf(member.product, readerOf(member), unset ? undefined : member.settings?.mode, credential)
  const order = member.urlFrom === undefined ? sources : sources.filter((source) => source === "environment")
  const all = order.flatMap((source) => {
    if (source === "flag") return flagsOf(asked)
    if (source === "environment") return environmentOf(asked)
    return source === "auth" || source === "remote" ? configKeyCandidates(asked, source) : []
  })
  const read = all.map((each) => ({ ...each, ...omitUndefined({ value: each.value && asRead(each.value, member) }) }))
  const refused = member.settings?.rejection
  const problem = { source: "config", why: why("config"), problem: refused ?? "" }
  const candidates = refused === undefined ? countingCandidates(read, asked, unset) : [problem]
  return { candidates, wins: candidates[0] }
}

/** Without the blanks around it, which only clawdbot's gateway takes for a part of it. */
export function asRead(value: Secret, { product, role }: Pick<PlaceCopy, "product" | "role">): Secret {
  const text = value.reveal()
  const bare = product === "clawdbot" && role !== "node" ? text : text.trim()
  return bare === text ? value : new Secret(bare)
}

/** What an empty key, and a variable that is not set, mean to the product. */
function countingCandidates(
  all: readonly Candidate[],
  { member, credential, why }: EnvironmentQuery,
  unset: Candidate | undefined,
): readonly Candidate[] {
  const { role, product, settings } = member
  const isBlank = role === "gateway" && settings?.isBlank("gateway", "auth", credential) === true
  if (product === "clawdbot") {
    const flags = all.filter(({ source }) => source === "flag")
    // Its gateway takes an empty key for a credential.
    if (!unset) return isBlank ? flags : all
    return role === "gateway" ? [unset] : all.filter(({ source }) => /^(?:flag|environment|dotenv)$/.test(source))
  }
  if (role !== "gateway") return all
  const refersToUnset = ({ isUnset }: Candidate) => isUnset === true
  const blank: Candidate = { source: "config", why: why("config"), problem: "is empty", isBlank: true }
  return [...all.filter((each) => !refersToUnset(each)), ...all.filter(refersToUnset), ...(isBlank ? [blank] : [])]
}

/** clawdbot reads nothing of a config that names a variable which is not set. */
function unsetReference(member: Member, found: HomeReading): Candidate | undefined {
  if (member.product !== "clawdbot") return undefined
  const all = (["token", "password"] as const).flatMap((credential) => {
    const asked: EnvironmentQuery = { member, found, live: true, credential, why: () => "" }
    return [...configKeyCandidates(asked, "auth"), ...configKeyCandidates(asked, "remote")]
  })
  return all.find(({ isUnset }) => isUnset)
}

function reasonOf(member: Member, source: string): string {
  const { precedence, unread } = products[member.product].roles[member.role]
  const row = [...precedence, ...unread].find((each) => each.source === source)
  return (member.isClient ? clientReasons[source] : row?.why) ?? ""
}

/** What hides its arguments may have a flag all the same: that of its definition is likely. */
function flagsOf(asked: EnvironmentQuery): Candidate[] {
  const { member, found, live, credential, why } = asked
  const { process } = member
  const base = { source: "flag", why: why("flag") }
  if (live && credential === "password" && process?.password)
    return [{ ...base, live: true, unknown: "a password on its command line" }]
  const flag: Secret | undefined = credential === "token" ? process?.flag : undefined
  if (live && (flag || process?.argumentsSeen))
    return flag === undefined || flag.equals("") ? [] : [{ ...base, live: true, value: flag }]
  if (credential === "password")
    return member.definitions.some(({ options }) => options?.password)
      ? [{ ...base, unknown: "a password on its command line" }]
      : []
  const isIts = ({ product, role, kind, definition }: PlaceCopy) =>
    product === member.product &&
    (role === undefined || role === member.role) &&
    (kind === "launch agent arguments" || kind === "unit arguments") &&
    (!definition || definition.located?.profile === member.profile) &&
    !(kind === "unit arguments" && member.definitions.some(({ given }) => given))
  const held = found.copies.filter(isIts).map((copy) => candidateOf(copy, base, member, found))
  return [...scriptsOf(asked, "flag"), ...unitsOf(asked, "flag"), ...held]
}

/** A role's own key is called `config`; that of the other role by its name. */
function configKeyCandidates(
  { member, found, credential, why }: EnvironmentQuery,
  source: "auth" | "remote",
): Candidate[] {
  const { product, role, located, settings, isClient } = member
  const key = `gateway.${source}.${credential}`
  const own = products[product].roles[role].key === `gateway.${source}.token`
  const reason = isClient ? why(source) : why(own ? "config" : `${source} token`)
  return (
    credentialsOf(found, credential)
      .filter(
        (copy) =>
          copy.kind.startsWith("config") &&
          keyOf(copy).key === key &&
          keyOf(copy).config === located.config &&
          !isOverridden(copy),
      )
      .map((copy) => candidateOf(copy, { source: "config", why: reason, key: source }, member, found))
      // A password by a variable that is not set is passed over in remote mode, and a token is not.
      .filter(
        ({ isUnset }) =>
          !(
            isUnset &&
            product === "openclaw" &&
            credential === "password" &&
            source === "auth" &&
            settings?.mode === "remote"
          ),
      )
  )
}

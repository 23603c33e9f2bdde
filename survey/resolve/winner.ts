import { omitUndefined } from "../../core/given.ts"
import { Secret } from "../../core/secret.ts"
import { products } from "../../products/index.ts"
import { type Credential, clientReasons, listSources } from "../../products/readers.ts"
import type { HomeReading, Member } from "../collect/member.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { type Candidate, candidateOf, readerOf } from "./candidate.ts"
import { credentialsOf, type EnvironmentQuery, environmentOf, scriptsOf, unitsOf } from "./environment.ts"
import { isOverridden, keyOf } from "./key-of.ts"

export type { Candidate } from "./candidate.ts"

/** The secrets that a member sends or accepts; the first counts. */
export interface Winner {
  readonly candidates: readonly Candidate[]
  readonly wins: Candidate | undefined
}

/** Resolves the product's precedence over all places. @param when `live`: of the running process; `next`: of the next start */
export function winnerOf(
  member: Member,
  found: HomeReading,
  when: "live" | "next" = "live",
  credential: Credential = "token",
): Winner {
  const live = when === "live" && member.process !== undefined
  const why = (source: string) => reasonOf(member, source)
  const query: EnvironmentQuery = { member, found, live, credential, why }
  const unset = unsetReference(member, found)
  const sources = listSources(member.product, readerOf(member), unset ? undefined : member.settings?.mode, credential)
  const order = member.urlFrom === undefined ? sources : sources.filter((source) => source === "environment")
  const all = order.flatMap((source) => {
    if (source === "flag") return flagsOf(query)
    if (source === "environment") return environmentOf(query)
    return source === "auth" || source === "remote" ? configKeyCandidates(query, source) : []
  })
  const read = all.map((each) => ({ ...each, ...omitUndefined({ value: each.value && asRead(each.value, member) }) }))
  const refused = member.settings?.rejection
  const problem = { source: "config", why: why("config"), problem: refused ?? "" }
  const candidates = refused === undefined ? countingCandidates(read, query, unset) : [problem]
  return { candidates, wins: candidates[0] }
}

/** Returns the value as the product reads it: without blanks around it, except for clawdbot's gateway. */
export function asRead(value: Secret, { product, role }: Pick<PlaceCopy, "product" | "role">): Secret {
  const text = value.reveal()
  const bare = product === "clawdbot" && role !== "node" ? text : text.trim()
  return bare === text ? value : new Secret(bare)
}

/** Applies what an empty key, and an unset variable, mean to the product. */
function countingCandidates(
  all: readonly Candidate[],
  { member, credential, why }: EnvironmentQuery,
  unset: Candidate | undefined,
): readonly Candidate[] {
  const { role, product, settings } = member
  const isBlank = role === "gateway" && settings?.isBlank("gateway", "auth", credential) === true
  if (product === "clawdbot") {
    const flags = all.filter(({ source }) => source === "flag")
    // Its gateway treats an empty key as a credential.
    if (!unset) return isBlank ? flags : all
    return role === "gateway" ? [unset] : all.filter(({ source }) => /^(?:flag|environment|dotenv)$/.test(source))
  }
  if (role !== "gateway") return all
  const refersToUnset = ({ isUnset }: Candidate) => isUnset === true
  const blank: Candidate = { source: "config", why: why("config"), problem: "is empty", isBlank: true }
  return [...all.filter((each) => !refersToUnset(each)), ...all.filter(refersToUnset), ...(isBlank ? [blank] : [])]
}

/** Finds a reference to an unset variable, for which clawdbot rejects the whole config. */
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

/** Lists flags; for a process that hides its arguments, the flag of its definition is likely. */
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

/** Lists a config's keys: the source of a role's own key is `config`, that of the other role's key its name. */
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
      // In remote mode a password by an unset variable is skipped, but a token is not.
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

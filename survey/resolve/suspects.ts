import { isLoopback } from "../../core/address.ts"
import { parseRoute } from "../../core/route.ts"
import type { Secret } from "../../core/secret.ts"
import { describeUnusable } from "../../core/strength.ts"
import { type Credential, formatVariable } from "../../products/readers.ts"
import type { Member } from "../collect/member.ts"
import type { Survey } from "../collect/survey.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { credentialsOf } from "./environment.ts"
import type { Candidate } from "./winner.ts"

/** A value that a running gateway may accept. */
export type Suspect = Candidate & { readonly value: Secret }

const why = "found in its own home"

/**
 * Lists the values that a running gateway may have been started with, the likeliest first, each once: from its own sources,
 * from a script or a job that starts it, then from the rest of its home. It never lists a value of another gateway.
 */
export function suspectsOf(
  member: Member,
  survey: Pick<Survey, "copies" | "passwords" | "snapshot">,
  likely: readonly Candidate[] = [],
  credential: Credential = "token",
): Suspect[] {
  const own = credentialsOf(survey, credential).filter((copy) => isLikelyOf(copy, member, survey))
  const starts = own.filter(({ use }) => use?.starts !== undefined)
  const named = own.filter(({ namedBy }) => namedBy !== undefined)
  const backups = own.filter(({ kind }) => kind === "backup")
  const others = own.filter((copy) => ![...starts, ...named, ...backups].includes(copy))
  const variable = formatVariable(member.product, credential)
  const session = survey.snapshot.session
    .filter((given) => given.variable === variable)
    .map(({ by, value }) => ({ source: "environment", why, by, value }))
  const all = [
    ...likely.filter((each) => !belongsToOther(each, member)),
    ...[...starts, ...named].map(suspect),
    ...session,
    ...[...others, ...backups].map(suspect),
  ]
  const usable = all.filter(
    (each): each is Suspect => each.value !== undefined && !describeUnusable(each.value.reveal()),
  )
  const once = new Map<string, Suspect>()
  for (const each of usable) if (!once.has(each.value.reveal())) once.set(each.value.reveal(), each)
  return [...once.values()]
}

/** Checks whether `gateway.remote.token`, which a gateway reads if it has no other, belongs to the gateway of the config's URL. */
export function belongsToOther({ copy }: Candidate, { settings, port }: Member): boolean {
  const url = copy && isRemote(copy) ? settings?.url : undefined
  return url !== undefined && !goesHere(url, port)
}

function suspect(copy: PlaceCopy): Candidate {
  const source = copy.locator === "--token" ? "flag" : copy.kind
  return { source, why, copy, ...(copy.held.kind === "value" ? { value: copy.held.value } : {}) }
}

function isLikelyOf(
  copy: PlaceCopy,
  { product, profile, port }: Member,
  { snapshot }: Pick<Survey, "snapshot">,
): boolean {
  const { held, path, kind, use } = copy
  if (held.kind !== "value" || isRemote(copy) || kind === "device store") return false
  // Its value is also elsewhere: that place tells whose it may be.
  if (kind === "copy") return false
  if (!path.startsWith(`${snapshot.home}/`) && path !== `crontab of ${snapshot.user}`) return false
  if ((copy.product ?? product) !== product || copy.profile !== undefined) return false
  // A profile's or another folder's gateway has its own files, and these are not among them.
  if (profile !== undefined && (kind.startsWith("config ") || kind === "dotenv" || kind === "backup")) return false
  if (copy.role === "node" || copy.definition?.running?.role === "node") return false
  if (use?.starts && (use.starts.product !== product || use.starts.role !== "gateway")) return false
  return use?.url === undefined || goesHere(use.url, port)
}

/** Checks for a credential that a client sends. */
function isRemote({ kind, locator }: PlaceCopy): boolean {
  return kind === "config remote token" || locator === "gateway.remote.password"
}

function goesHere(url: string, port: number): boolean {
  const route = parseRoute(url)
  return route !== undefined && isLoopback(route.address) && route.port === port
}

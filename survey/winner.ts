import type { Secret } from "../core/secret.ts"
import { products } from "../products/index.ts"
import type { PlaceKind } from "../products/product.ts"
import type { Copy } from "./copies.ts"
import type { Found, Member } from "./members.ts"
import { homely, variableWords } from "./names.ts"

/** One source of a token, in the order in which a product asks them. */
export interface Candidate {
  /** As the product's table calls it. */
  readonly source: string
  readonly why: string
  /** Where it stands. */
  readonly copy?: Copy
  /** What a live process was started with. */
  readonly live?: boolean
  /** The manager that gives it to all that it starts. */
  readonly by?: string
  readonly value?: Secret
  /** Why there is no value: a reference that leads nowhere. */
  readonly problem?: string
  /** Why nobody but the product can tell its value. */
  readonly unknown?: string
}

/** What a member presents, or accepts: the first is the one that counts. */
export interface Winner {
  readonly candidates: readonly Candidate[]
  readonly wins: Candidate | undefined
}

/** By the product's precedence over all places. @param when `live`: as its process runs; `next`: as it would start now */
export function winnerOf(member: Member, found: Found, when: "live" | "next" = "live"): Winner {
  const table = products[member.product].roles[member.role]
  const live = when === "live" && member.process !== undefined
  const candidates = table.precedence.flatMap(({ source, places, why }): Candidate[] => {
    if (live && source === "flag") return liveOf(member.process?.flag, source, why)
    if (live && source === "environment" && member.process?.seen)
      return liveOf(member.process.environment.get(products[member.product].variable), source, why)
    const held = copiesOf(member, found, source, places).map((copy) => candidateOf(copy, source, why, member, found))
    return source === "environment" ? [...held, ...sessionOf(member, found, source, why)] : held
  })
  return { candidates, wins: candidates[0] }
}

function liveOf(value: Secret | undefined, source: string, why: string): Candidate[] {
  return value === undefined || value.equals("") ? [] : [{ source, why, live: true, value }]
}

/** What the user's manager gives to its services, below what their definitions say. */
function sessionOf(member: Member, { sight }: Found, source: string, why: string): Candidate[] {
  const { variable } = products[member.product]
  return isService(member)
    ? sight.session.filter((given) => given.variable === variable).map(({ by, value }) => ({ source, why, by, value }))
    : []
}

/** The winner of each source first: files of variables come after the definition's own, and drop-ins after both. */
function copiesOf(member: Member, { copies }: Found, source: string, places: readonly PlaceKind[]): Copy[] {
  const kinds: readonly string[] = source === "environment" && !isService(member) ? ["profile"] : places
  const all = copies.filter((copy) => concerns(copy, member, source, kinds)).map((copy, at) => ({ copy, at }))
  return all
    .sort((a, b) => {
      // Of one file, the first is the one that counts; of files, the last.
      const order = a.copy.path === b.copy.path ? a.at - b.at : b.at - a.at
      return rank(b.copy) - rank(a.copy) || order
    })
    .map(({ copy }) => copy)
}

const order = [
  "profile",
  "launch agent environment",
  "unit environment",
  "unit drop-in",
  "launch agent env file",
  "unit env file",
]

function rank({ kind }: Copy): number {
  return order.indexOf(kind)
}

function isService({ definitions }: Member): boolean {
  return definitions.length > 0
}

function concerns(copy: Copy, member: Member, source: string, kinds: readonly string[]): boolean {
  const { product, role, profile, located } = member
  if (copy.product !== product || (copy.role !== undefined && copy.role !== role)) return false
  const { config, dotenv } = located
  const files: { readonly [source: string]: string } = { config, "config environment": config, dotenv }
  if (copy.path !== (files[source] ?? copy.path)) return false
  if (copy.definition && copy.definition.located?.profile !== profile) return false
  if (source === "config") return copy.kind.startsWith("config ") && copy.locator === keyOf(member)
  if (!kinds.includes(copy.kind)) return false
  // A user's systemd reads those for all its services; what a shell reads, no service does.
  return copy.kind !== "profile" || !isService(member) || /\/environment\.d\/[^/]+$/.test(copy.path)
}

/** A node in local mode reads the key of the gateway beside it. */
function keyOf({ product, role, settings }: Member): string {
  const { key } = products[product].roles[role]
  return role === "node" && settings?.mode === "local" ? products[product].roles.gateway.key : key
}

function candidateOf(copy: Copy, source: string, why: string, member: Member, found: Found): Candidate {
  const { held } = copy
  const base = { source, why, copy }
  switch (held.kind) {
    case "value":
      return { ...base, value: held.value }
    case "file": {
      const path = held.path.replace(/^~(?=\/)/, found.sight.home)
      const target = found.copies.find((each) => each.kind === "secret file" && each.path === path)
      if (target?.held.kind === "value") return { ...base, copy: target, value: target.held.value }
      const problem = target?.held.kind === "broken" ? target.held.reason : "the file is missing"
      return { ...base, problem: `refers to ${homely(path, found.sight.home)}: ${problem}` }
    }
    case "variable":
      return { ...base, ...variableOf(held.name, held.fallback, member, found) }
    case "broken":
      return { ...base, problem: held.reason }
    default:
      return { ...base, unknown: "a reference that only the product resolves" }
  }
}

/** Only the products' own variables are looked at. */
function variableOf(
  name: string,
  fallback: Secret | undefined,
  { process, product, located }: Member,
  { copies }: Found,
): Pick<Candidate, "value" | "problem" | "unknown"> {
  const given = process?.environment.get(name)
  const loaded = copies.find(
    (copy) =>
      copy.kind === "dotenv" && copy.locator === name && copy.product === product && copy.path === located.dotenv,
  )
  const value = given ?? (loaded?.held.kind === "value" ? loaded.held.value : undefined)
  if (value) return { value }
  const words = variableWords(name)
  if (process?.seen !== true || name !== products[product].variable)
    return { unknown: `a reference to ${words}, which was not looked at` }
  return fallback ? { value: fallback } : { problem: `refers to ${words}, which is not set` }
}

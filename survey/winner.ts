import type { Secret } from "../core/secret.ts"
import { products } from "../products/index.ts"
import type { PlaceKind } from "../products/product.ts"
import type { Copy } from "./copies.ts"
import type { Found, Member } from "./members.ts"

/** One source of a token, in the order in which a product asks them. */
export interface Candidate {
  /** As the product's table calls it. */
  readonly source: string
  readonly why: string
  /** Where it stands. */
  readonly copy?: Copy
  /** What a live process was started with. */
  readonly live?: boolean
  readonly value?: Secret
  /** Why there is no value: a reference that leads nowhere. */
  readonly problem?: string
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
    return copiesOf(member, found, source, places).flatMap(
      (copy) => candidateOf(copy, source, why, member, found) ?? [],
    )
  })
  return { candidates, wins: candidates[0] }
}

function liveOf(value: Secret | undefined, source: string, why: string): Candidate[] {
  return value === undefined || value.equals("") ? [] : [{ source, why, live: true, value }]
}

/** The winner of each source first: files of variables come after the definition's own, and drop-ins after both. */
function copiesOf(member: Member, { copies }: Found, source: string, places: readonly PlaceKind[]): Copy[] {
  const kinds: readonly string[] = source === "environment" && !isService(member) ? ["profile"] : places
  return copies
    .filter((copy) => concerns(copy, member, source, kinds))
    .map((copy, at) => ({ copy, at }))
    .sort((a, b) => rank(b.copy) - rank(a.copy) || b.at - a.at)
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
  const { product, role, profile } = member
  if (
    copy.product !== product ||
    (copy.profile !== undefined || source === "dotenv" ? copy.profile !== profile : false)
  )
    return false
  if (copy.role !== undefined && copy.role !== role) return false
  if (source === "config")
    return copy.profile === profile && copy.kind.startsWith("config ") && copy.locator === keyOf(member)
  if (copy.kind === "profile" && kinds.includes("profile")) return !isService(member)
  return kinds.includes(copy.kind)
}

/** A node in local mode reads the key of the gateway beside it. */
function keyOf({ product, role, settings }: Member): string {
  const { key } = products[product].roles[role]
  return role === "node" && settings?.mode === "local" ? products[product].roles.gateway.key : key
}

function candidateOf(copy: Copy, source: string, why: string, member: Member, found: Found): Candidate | undefined {
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
      return { ...base, problem: `refers to ${path}: ${problem}` }
    }
    case "variable": {
      const value = member.process?.environment.get(held.name) ?? held.fallback
      return value ? { ...base, value } : { ...base, problem: `refers to ${held.name}, which is not set` }
    }
    case "broken":
      return { ...base, problem: held.reason }
    default:
      return { ...base, problem: "is a reference that only the product resolves" }
  }
}

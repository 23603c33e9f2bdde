import type { ProductName } from "../../products/product.ts"
import { type Credential, type Reader, readers } from "../../products/readers.ts"
import { Draft } from "./draft.ts"

/** One combination of sources, each with a value of its own. */
export interface Case {
  readonly name: string
  readonly product: ProductName
  readonly role: Reader
  /** Below the home. */
  readonly files: { readonly [path: string]: string }
  readonly env: { readonly [name: string]: string }
  readonly flags: { readonly token?: string; readonly password?: string }
}

type Put = (draft: Draft, credential: Credential, value: string) => void

/** Where a credential may be: as itself, by a variable that the config names, or with nothing in its place. */
const places: { readonly [place: string]: Put } = {
  flag: (draft, credential, value) => draft.flag(credential, value),
  auth: (draft, credential, value) => draft.key("auth", credential, value),
  remote: (draft, credential, value) => draft.key("remote", credential, value),
  "included auth": (draft, credential, value) => draft.include(credential, value),
  ...variables("", (draft, credential) => draft.variable(credential)),
  login: (draft, credential, value) => draft.exported(draft.variable(credential), value),
  ...variables("auth that names one of ", (draft, credential, from) => draft.naming("auth", credential, from)),
  "auth that names none": (draft, credential) => void draft.naming("auth", credential, "none"),
  "remote that names one of dotenv": (draft, credential, value) =>
    draft.set("dotenv", draft.naming("remote", credential, "remote"), value),
  ...Object.fromEntries(
    ["auth", "remote"].map((key): [string, Put] => [
      `empty ${key}`,
      (draft, credential) => draft.key(key as "auth" | "remote", credential, ""),
    ]),
  ),
  ...Object.fromEntries(
    (["process", "dotenv", "env.vars"] as const).map((where): [string, Put] => [
      `empty ${where}`,
      (draft, credential) => draft.set(where, draft.variable(credential), ""),
    ]),
  ),
}

/** Lists a variable in each place that sets one. */
function variables(
  prefix: string,
  nameOf: (draft: Draft, credential: Credential, where: string) => string,
): { readonly [place: string]: Put } {
  const all = ["process", "dotenv", "second dotenv", "folder's dotenv", "env.vars", "env"] as const
  return Object.fromEntries(
    all.map((where): [string, Put] => [
      `${prefix}${where}`,
      (draft, credential, value) => draft.set(where, nameOf(draft, credential, where), value),
    ]),
  )
}

interface Source {
  readonly credential: Credential
  readonly place: string
}

const sources: readonly Source[] = (["token", "password"] as const).flatMap((credential) =>
  Object.keys(places).map((place) => ({ credential, place })),
)

/** `gateway.mode` and `gateway.auth.mode`, as far as a reader looks at them. */
const settings: { readonly [role in Reader]: readonly (readonly ["local" | "remote", string?])[] } = {
  gateway: [["local"], ["local", "token"], ["local", "password"], ["local", "none"], ["local", "trusted-proxy"]],
  node: [["local"], ["remote"]],
  client: [["local"], ["remote"]],
}

/** Lists every source alone, and every two that may exist side by side, for all that read them. */
export function allCases(product: ProductName): Case[] {
  return casesOf(product, (role, own) =>
    own.flatMap((one, at) =>
      own.slice(at + 1).flatMap((other) => (canCoexist(role, one, other) ? [[one, other]] : [])),
    ),
  )
}

/** Lists every source alone. */
export function singleCases(product: ProductName): Case[] {
  return casesOf(product, () => [])
}

function casesOf(product: ProductName, pairs: (role: Reader, own: readonly Source[]) => Source[][]): Case[] {
  return readers.flatMap((role) => {
    const own = sources.filter(({ place }) => isThere(product, role, place))
    const combinations: Source[][] = [[], ...own.map((one) => [one]), ...pairs(role, own)]
    return settings[role].flatMap((setting) => combinations.map((each) => caseOf(product, role, setting, each)))
  })
}

/** Checks whether the place exists: clawdbot has one dotenv file of its own, and a node no flag. */
function isThere(product: ProductName, role: Reader, place: string): boolean {
  return !(product === "clawdbot" && place.endsWith("second dotenv")) && !(role === "node" && place === "flag")
}

/** Checks whether two can exist at once; only a gateway accepts either a token or a password. */
function canCoexist(role: Reader, one: Source, other: Source): boolean {
  const at = ({ place }: Source) => place.replace(/^(?:empty|included) | that names.*$/, "")
  if (one.credential !== other.credential) return role === "gateway"
  return at(one) !== at(other)
}

function caseOf(
  product: ProductName,
  role: Reader,
  [mode, auth]: readonly ["local" | "remote", string?],
  all: readonly Source[],
): Case {
  const draft = new Draft(product, mode, auth)
  for (const { credential, place } of all)
    places[place]?.(draft, credential, `${credential}-${place.replace(/\W+/g, "-")}-5d41402abc4b2a76b9719d911017c592`)
  const what = all.map(({ credential, place }) => `${credential} by ${place}`).join(", ") || "nothing"
  const name = `${product} ${role}, mode ${mode}, auth ${auth ?? "unset"}: ${what}`
  return { name, product, role, ...draft.written() }
}

import { homely } from "../../core/home.ts"
import { Secret } from "../../core/secret.ts"
import { type Credential, variableOf } from "../../products/readers.ts"
import type { HomeReading, Member } from "../collect/member.ts"
import type { Definition } from "../files/definition.ts"
import { dotenvsOf } from "../files/located.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { isGivenToServices, isMasked, isSessionFile, sessionRank } from "../files/session-files.ts"
import { type Candidate, candidateOf } from "./candidate.ts"

/** What is asked for, of whom. */
export interface EnvironmentQuery {
  readonly member: Member
  readonly found: HomeReading
  /** As its process runs, and not as it would start. */
  readonly live: boolean
  readonly credential: Credential
  /** Why a source counts, by the product's table. */
  readonly why: (source: string) => string
}

/**
 * What gives a process the variable of a credential, in the order in which the products load it: what it is started
 * with, its dotenv files, the config's `env`, and what a login shell exports.
 */
export function environmentOf(asked: EnvironmentQuery): Candidate[] {
  const { candidates, isBlank } = candidatesBeforeLogin(asked)
  return [...candidates, ...(isBlank && asked.member.product === "openclaw" ? [] : loginCandidates(asked))]
}

/** `isBlank`: set to nothing it stays nothing, whatever a further file says; only the config's own `env` fills it. */
function candidatesBeforeLogin(asked: EnvironmentQuery): {
  readonly candidates: readonly Candidate[]
  readonly isBlank: boolean
} {
  const loaded = [...startCandidates(asked), ...dotenvCandidates(asked)]
  const isBlank = loaded[0] !== undefined && isEmpty(loaded[0])
  const candidates = [...(isBlank ? [] : loaded), ...configCandidates(asked)].filter((each) => !isEmpty(each))
  return { candidates, isBlank }
}

function isEmpty({ value }: Candidate): boolean {
  return value !== undefined && value.reveal().trim() === ""
}

/** A live process has what it was started with; else what its definitions, its manager and its user's shells give. */
function startCandidates(asked: EnvironmentQuery): Candidate[] {
  const { member, live, credential, why } = asked
  const { process, product } = member
  const base = { source: "environment", why: why("environment") }
  if (!live || !process?.seen)
    return [
      ...scriptsOf(asked, "environment"),
      ...unitsOf(asked, "environment"),
      ...withSession(fileCandidates(asked), sessionOf(asked)),
    ]
  const value = process.environment.get(variableOf(product, credential))
  return value === undefined ? [] : [{ ...base, live: true, value }]
}

/** What the user's manager gives to its services, below what their definitions say. */
function sessionOf({ member, found, credential, why }: EnvironmentQuery): Candidate[] {
  const variable = variableOf(member.product, credential)
  if (!isService(member) || member.definitions.some(({ unsets }) => unsets?.(variable))) return []
  const base = { source: "environment", why: why("environment") }
  return found.snapshot.session
    .filter((given) => given.variable === variable)
    .map(({ by, value }) => ({ ...base, by, value }))
}

/** What its unit gives, as a whole: its drop-ins, files of variables and resets are seen to there. */
export function unitsOf(
  { member, found, credential, why }: EnvironmentQuery,
  source: "flag" | "environment",
): Candidate[] {
  const { product, process } = member
  const locator = source === "flag" ? `--${credential}` : variableOf(product, credential)
  const isIts = ({ name }: Definition) => name === process?.service?.name
  const units = [...member.definitions.filter(isIts), ...member.definitions.filter((each) => !isIts(each))]
  return units.flatMap((unit) => {
    const all = unit.given?.(locator) ?? []
    // Set to nothing, it is nothing, whatever else is said.
    return (all[0]?.text === "" ? all.slice(0, 1) : all).flatMap((given, at): Candidate[] => {
      const there = credentialsOf(found, credential).filter(
        (each) => each.path === given.path && each.locator === locator,
      )
      const same = there.find(({ held }) => held.kind === "value" && held.value.equals(given.text))
      const copy = same ?? (given.kind === "value" ? there.find(({ held }) => held.kind !== "value") : there[0])
      const base = { source, why: why(source), ...(copy ? { copy } : {}) }
      if (given.kind !== "value") return [{ ...base, [given.kind]: given.text }]
      return given.text === "" && at > 0 ? [] : [{ ...base, value: new Secret(given.text) }]
    })
  })
}

/** What the script says that a definition starts: it comes after all that the script itself is given. */
export function scriptsOf(
  { member, found, credential, why }: EnvironmentQuery,
  source: "flag" | "environment",
): Candidate[] {
  const locator = source === "flag" ? `--${credential}` : variableOf(member.product, credential)
  const programs = member.definitions.map(({ program }) => program)
  return credentialsOf(found, credential)
    .filter(
      (copy) => copy.kind === "script" && copy.locator === locator && !copy.shadowed && programs.includes(copy.path),
    )
    .map((copy) => candidateOf(copy, { source, why: why(source) }, member, found))
}

export function credentialsOf(
  { copies, passwords }: Pick<HomeReading, "copies" | "passwords">,
  credential: Credential,
): readonly PlaceCopy[] {
  return credential === "token" ? copies : passwords
}

/** What the manager has now counts before what a file gives it when it is started the next time. */
function withSession(held: readonly Candidate[], session: readonly Candidate[]): Candidate[] {
  const later = (candidate: Candidate) => candidate.copy?.kind === "profile"
  return [...held.filter((each) => !later(each)), ...session, ...held.filter(later)]
}

const order = [
  "profile",
  "launch agent environment",
  "unit environment",
  "unit drop-in",
  "launch agent env file",
  "unit env file",
]

/** The winner first: files of variables come after the definition's own, and drop-ins after both. */
function fileCandidates(asked: EnvironmentQuery): Candidate[] {
  const { member } = asked
  const kinds: readonly string[] = isService(member) ? order : ["profile"]
  const rank = ({ kind }: PlaceCopy) => order.indexOf(kind)
  const copies = variablesOf(asked)
    .filter((copy) => kinds.includes(copy.kind) && isGivenTo(copy, asked))
    .map((copy, at) => ({ copy, at }))
    // Of one file, the first is the one that counts; of files, the last.
    .sort(
      (a, b) =>
        rank(b.copy) - rank(a.copy) ||
        bySession(a.copy, b.copy) ||
        (a.copy.path === b.copy.path ? a.at - b.at : b.at - a.at),
    )
  return copies.map(({ copy }) => asCandidate(copy, "environment", asked))
}

function bySession(one: PlaceCopy, other: PlaceCopy): number {
  if (!isSessionFile(one.path) && !isSessionFile(other.path)) return 0
  if (one.kind !== "profile" || other.kind !== "profile") return 0
  return Buffer.compare(Buffer.from(sessionRank(other.path)), Buffer.from(sessionRank(one.path)))
}

function isGivenTo(copy: PlaceCopy, { member, found }: EnvironmentQuery): boolean {
  const { definitions } = member
  const isUnits =
    /^unit /.test(copy.kind) || (copy.kind === "profile" && definitions.some((each) => each.unsets?.(copy.locator)))
  if (isUnits && definitions.some(({ given }) => given)) return false
  // What systemd's manager reads it gives to all its services; what a shell reads, no service does.
  if (copy.kind !== "profile") return true
  if (!isService(member)) return !copy.path.includes("/systemd/")
  const scope = definitions.every(({ system }) => system) ? "system" : "user"
  const { home, files } = found.snapshot
  return isGivenToServices(copy.path, scope) && !isMasked(copy.path, home, files)
}

function isService({ definitions }: Member): boolean {
  return definitions.length > 0
}

/** Of what a member may read, the places of the variable. */
function variablesOf({ member, found, credential }: EnvironmentQuery): PlaceCopy[] {
  const { product, role, profile } = member
  const variable = variableOf(product, credential)
  return credentialsOf(found, credential).filter(
    (copy) =>
      copy.product === product &&
      (copy.role === undefined || copy.role === role) &&
      (!copy.definition || copy.definition.located?.profile === profile) &&
      copy.locator.split(".").at(-1) === variable,
  )
}

function asCandidate(copy: PlaceCopy, source: string, { member, found, why }: EnvironmentQuery): Candidate {
  return candidateOf(copy, { source, why: why(source) }, member, found)
}

function dotenvCandidates(asked: EnvironmentQuery): Candidate[] {
  const { member, found } = asked
  const files = dotenvsOf(member.product, member.located, found.snapshot.home)
  const copies = variablesOf(asked).filter(({ kind, path }) => /dotenv$/.test(kind) && files.includes(path))
  const variable = variableOf(member.product, asked.credential)
  const empty = { source: "dotenv", why: asked.why("dotenv"), value: new Secret("") }
  return files.flatMap((file, at) => [
    ...copies
      .filter(({ path }) => path === file)
      .map((copy) => unlessSkipped(asCandidate(copy, "dotenv", asked), files[at - 1], asked)),
    ...found.blankVariables.filter((each) => each.path === file && each.variable === variable).map(() => empty),
  ])
}

/** Measured (2026.9): `nodes status` reads the second file only where the first one is there, `health` always. */
function unlessSkipped(
  candidate: Candidate,
  first: string | undefined,
  { member, found: { snapshot } }: EnvironmentQuery,
): Candidate {
  const { value, copy, ...rest } = candidate
  const isSure = !member.isClient || member.product !== "openclaw" || first === undefined || !copy
  if (isSure || snapshot.files.some(({ path }) => path === first)) return candidate
  const [read, missing] = [copy.path, first].map((path) => homely(path, snapshot.home))
  return { ...rest, copy, unknown: `some of its commands do not read ${read}, because there is no ${missing}` }
}

/** `env.vars` of the config; clawdbot's `env` comes before it, and openclaw has none. */
function configCandidates(asked: EnvironmentQuery): Candidate[] {
  const { located, product } = asked.member
  const copies = variablesOf(asked).filter(
    (copy) => copy.kind === "config environment" && keyOf(copy).config === located.config && !isOverridden(copy),
  )
  const inVars = (copy: PlaceCopy) => keyOf(copy).key.startsWith("env.vars.")
  const own = product === "openclaw" ? [] : copies.filter((copy) => !inVars(copy))
  return [...own, ...copies.filter(inVars)].map((copy) => asCandidate(copy, "config environment", asked))
}

/** Of a copy in a config, or in a file that it includes. */
export function keyOf({ included, path, locator }: PlaceCopy): { readonly config: string; readonly key: string } {
  return included ?? { config: path, key: locator }
}

/** In a file that a config includes: what another file, or the config itself, says instead. */
export function isOverridden({ included, shadowed }: PlaceCopy): boolean {
  return included !== undefined && shadowed === true
}

const readAtLogin = /\/(?:\.profile|\.bash_profile|\.bash_login|\.zprofile|\.zshenv|\.zlogin)$|^\/etc\/(?:profile|zsh)/

/** What a login shell exports, if the config has it asked; several that differ leave open which it is. */
function loginCandidates(asked: EnvironmentQuery): Candidate[] {
  const { member, credential } = asked
  if (!member.settings?.shellEnv) return []
  // clawdbot asks no shell if it has the other credential, or a key of a model's provider, which is not looked at.
  const other = { ...asked, credential: credential === "token" ? ("password" as const) : ("token" as const) }
  if (member.product === "clawdbot" && candidatesBeforeLogin(other).candidates.length > 0) return []
  const copies = variablesOf(asked).filter(({ kind, path }) => kind === "profile" && readAtLogin.test(path))
  const candidates = copies.map((copy) => asCandidate(copy, "login shell", asked)).filter((each) => !isEmpty(each))
  const [first] = candidates
  if (!first || candidates.every(({ value }) => value && first.value?.equals(value))) return candidates.slice(0, 1)
  const words = `a login shell exports the ${credential}, but several files set it`
  return [{ source: first.source, why: first.why, unknown: words }]
}

import { Secret } from "../../core/secret.ts"
import { type Credential, formatVariable } from "../../products/readers.ts"
import type { HomeReading, Member } from "../collect/member.ts"
import type { Definition } from "../files/definition.ts"
import { dotenvsOf } from "../files/located.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { isGivenToServices, isMasked, isSessionFile, sessionRank } from "../files/session-files.ts"
import { inLoginOrder } from "../files/shells/login.ts"
import { type Candidate, candidateOf } from "./candidate.ts"
import { isOverridden, keyOf } from "./key-of.ts"
import { unlessSkipped } from "./second-dotenv.ts"
import { startupExport } from "./startup-shell.ts"

/** The query: the member, and the credential. */
export interface EnvironmentQuery {
  readonly member: Member
  readonly found: HomeReading
  /** Whether the running process counts, not the next start. */
  readonly live: boolean
  readonly credential: Credential
  /** Returns why a source counts, from the product's table. */
  readonly why: (source: string) => string
}

/**
 * Lists the sources of a credential's variable, in the order in which the products load them: the start environment, dotenv
 * files, the config's `env`, and a login shell's exports.
 */
export function environmentOf(asked: EnvironmentQuery): Candidate[] {
  const { candidates, isBlank } = candidatesBeforeLogin(asked)
  return [...candidates, ...(isBlank && asked.member.product === "openclaw" ? [] : loginCandidates(asked))]
}

/** Lists the sources before the login shell. `isBlank`: an empty variable stays empty, except for the config's own `env`. */
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

/** Lists the start environment: of a live process its own, else from definitions, the manager and the user's shells. */
function startCandidates(asked: EnvironmentQuery): Candidate[] {
  const { member, live, credential, why } = asked
  const { process, product } = member
  const base = { source: "environment", why: why("environment") }
  if (!live || !process?.seen)
    return [
      ...scriptsOf(asked, "environment"),
      ...startupCandidates(asked),
      ...unitsOf(asked, "environment"),
      ...withSession(fileCandidates(asked), sessionOf(asked)),
    ]
  const value = process.environment.get(formatVariable(product, credential))
  return value === undefined ? [] : [{ ...base, live: true, value }]
}

/** Lists what the shell of a service's command exports, which overrides the service's own environment. */
function startupCandidates(asked: EnvironmentQuery): Candidate[] {
  const copies = variablesOf(asked).filter(({ kind, path }) => kind === "profile" && !isSessionFile(path))
  const found = startupExport(asked.member, copies, asked.found)
  if (!found) return []
  const base = { source: "environment", why: asked.why("environment") }
  return ["copy" in found ? asCandidate(found.copy, "environment", asked) : { ...base, ...found }]
}

/** Lists the variables of the user's manager, which definitions override. */
function sessionOf({ member, found, credential, why }: EnvironmentQuery): Candidate[] {
  const variable = formatVariable(member.product, credential)
  if (!isService(member) || member.definitions.some(({ unsets }) => unsets?.(variable))) return []
  const base = { source: "environment", why: why("environment") }
  return found.snapshot.session
    .filter((given) => given.variable === variable)
    .map(({ by, value }) => ({ ...base, by, value }))
}

/** Lists what a whole unit sets, with drop-ins, environment files and resets. */
export function unitsOf(
  { member, found, credential, why }: EnvironmentQuery,
  source: "flag" | "environment",
): Candidate[] {
  const { product, process } = member
  const locator = source === "flag" ? `--${credential}` : formatVariable(product, credential)
  const isIts = ({ name }: Definition) => name === process?.service?.name
  const units = [...member.definitions.filter(isIts), ...member.definitions.filter((each) => !isIts(each))]
  return units.flatMap((unit) => {
    const all = unit.given?.(locator) ?? []
    // An empty value overrides all others.
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

/** Lists the values in a script that a definition starts; they override the script's own environment. */
export function scriptsOf(
  { member, found, credential, why }: EnvironmentQuery,
  source: "flag" | "environment",
): Candidate[] {
  const locator = source === "flag" ? `--${credential}` : formatVariable(member.product, credential)
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

/** Adds the manager's current variables, which override what files set at its next start. */
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

/** Lists the variables of files, the winner first: environment files override the definition, and drop-ins both. */
function fileCandidates(asked: EnvironmentQuery): Candidate[] {
  const { member } = asked
  const kinds: readonly string[] = isService(member) ? order : ["profile"]
  const rank = ({ kind }: PlaceCopy) => order.indexOf(kind)
  const given = variablesOf(asked).filter((copy) => kinds.includes(copy.kind) && isGivenTo(copy, asked))
  const copies = inLoginOrder(given)
    .map((copy, at) => ({ copy, at }))
    // Of one file the first entry counts; of several files the last.
    .sort(
      (a, b) =>
        rank(b.copy) - rank(a.copy) ||
        bySession(a.copy, b.copy) ||
        (a.copy.path === b.copy.path ? a.at - b.at : b.at - a.at),
    )
  return [...copies.map(({ copy }) => asCandidate(copy, "environment", asked)), ...unknownExports(asked)]
}

/** Marks what a command of the user may get from shell files that were not read. */
function unknownExports({ member, found, why }: EnvironmentQuery): Candidate[] {
  const [unknown] = member.isClient ? (found.unknownExports ?? []) : []
  return unknown === undefined ? [] : [{ source: "environment", why: why("environment"), unknown }]
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
  // systemd's manager passes its variables to all services; shell files do not reach services.
  if (copy.kind !== "profile") return true
  if (!isService(member)) return !copy.path.includes("/systemd/")
  const scope = definitions.every(({ system }) => system) ? "system" : "user"
  const { home, files } = found.snapshot
  return isGivenToServices(copy.path, scope) && !isMasked(copy.path, home, files)
}

function isService({ definitions }: Member): boolean {
  return definitions.length > 0
}

/** Lists the places of the variable that a member may read. */
function variablesOf({ member, found, credential }: EnvironmentQuery): PlaceCopy[] {
  const { product, role, profile } = member
  const variable = formatVariable(product, credential)
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
  const variable = formatVariable(member.product, asked.credential)
  const empty = { source: "dotenv", why: asked.why("dotenv"), value: new Secret("") }
  return files.flatMap((file, at) => [
    ...copies
      .filter(({ path }) => path === file)
      .map((copy) => unlessSkipped(asCandidate(copy, "dotenv", asked), files[at - 1], member, found.snapshot)),
    ...found.blankVariables.filter((each) => each.path === file && each.variable === variable).map(() => empty),
  ])
}

/** Lists `env.vars` of the config; clawdbot's `env` overrides it, and openclaw has none. */
function configCandidates(asked: EnvironmentQuery): Candidate[] {
  const { located, product } = asked.member
  const copies = variablesOf(asked).filter(
    (copy) => copy.kind === "config environment" && keyOf(copy).config === located.config && !isOverridden(copy),
  )
  const inVars = (copy: PlaceCopy) => keyOf(copy).key.startsWith("env.vars.")
  const own = product === "openclaw" ? [] : copies.filter((copy) => !inVars(copy))
  return [...own, ...copies.filter(inVars)].map((copy) => asCandidate(copy, "config environment", asked))
}

const readAtLogin = /\/(?:\.profile|\.bash_profile|\.bash_login|\.zprofile|\.zshenv|\.zlogin)$|^\/etc\/(?:profile|zsh)/

/** Lists a login shell's exports, if the config loads them; if several files differ, the value is unknown. */
function loginCandidates(asked: EnvironmentQuery): Candidate[] {
  const { member, credential } = asked
  if (!member.settings?.shellEnv) return []
  // clawdbot asks no shell if it has the other credential, or a model provider's key, which is not checked.
  const other = { ...asked, credential: credential === "token" ? ("password" as const) : ("token" as const) }
  if (member.product === "clawdbot" && candidatesBeforeLogin(other).candidates.length > 0) return []
  const copies = variablesOf(asked).filter(({ kind, path }) => kind === "profile" && readAtLogin.test(path))
  const candidates = copies.map((copy) => asCandidate(copy, "login shell", asked)).filter((each) => !isEmpty(each))
  const [first] = candidates
  if (!first || candidates.every(({ value }) => value && first.value?.equals(value))) return candidates.slice(0, 1)
  const words = `a login shell exports the ${credential}, but several files set it`
  return [{ source: first.source, why: first.why, unknown: words }]
}

import { expandHome, showPath } from "../../core/home.ts"
import type { Secret } from "../../core/secret.ts"
import { products } from "../../products/index.ts"
import type { Reader } from "../../products/readers.ts"
import type { HomeReading, Member } from "../collect/member.ts"
import { dotenvsOf } from "../files/located.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { locatorOf } from "../files/secret-files.ts"
import { isGivenToServices } from "../files/session-files.ts"
import { describeVariable } from "./names.ts"

/** One source of a token, in the order in which a product reads them. */
export interface Candidate {
  /** Its name in the product's table. */
  readonly source: string
  readonly why: string
  /** The key, if the source is the config. */
  readonly key?: "auth" | "remote"
  /** Its place. */
  readonly copy?: PlaceCopy
  /** A live process has it. */
  readonly live?: boolean
  /** The manager that sets it for everything that it starts. */
  readonly by?: string
  readonly value?: Secret
  /** Why there is no value: a broken reference. */
  readonly problem?: string
  /** The target of its reference is missing. */
  readonly isMissing?: boolean
  /** The variable that the reference names is not set. */
  readonly isUnset?: true
  /** The place has an empty value. */
  readonly isBlank?: true
  /** Why only the product knows its value. */
  readonly unknown?: string
}

/** Returns the role in which a member reads a credential. */
export function readerOf({ role, isClient }: Pick<Member, "role" | "isClient">): Reader {
  return isClient ? "client" : role
}

export function candidateOf(
  copy: PlaceCopy,
  base: Pick<Candidate, "source" | "why" | "key">,
  member: Member,
  found: HomeReading,
): Candidate {
  const { held } = copy
  const at = { ...base, copy }
  switch (held.kind) {
    case "value":
      return { ...at, value: held.value }
    case "file": {
      const path = expandHome(held.path, found.snapshot.home)
      if (held.problem !== undefined) return { ...at, problem: held.problem }
      const target = secretCopy(held, found)
      if (target?.held.kind === "value") return { ...at, copy: target, value: target.held.value }
      const problem = target?.held.kind === "broken" ? target.held.reason : "the file is missing"
      const isMissing = target?.held.kind !== "broken"
      return { ...at, problem: `refers to ${showPath(path, found.snapshot.home)}: ${problem}`, isMissing }
    }
    case "variable":
      return { ...at, ...variableIn(held, member, found) }
    case "broken":
      return { ...at, problem: held.reason }
    default:
      return { ...at, unknown: "a reference that only the product resolves" }
  }
}

/** Finds the copy in a secret file that a reference of a config names. */
export function secretCopy(
  held: Extract<PlaceCopy["held"], { kind: "file" }>,
  { copies, snapshot }: Pick<HomeReading, "copies" | "snapshot">,
): PlaceCopy | undefined {
  const path = expandHome(held.path, snapshot.home)
  const locator = locatorOf(held)
  return copies.find((each) => each.kind === "secret file" && each.path === path && each.locator === locator)
}

function isUnknown({ kind, held }: PlaceCopy): boolean {
  return kind === "profile" && held.kind === "reference"
}

/** Lists the files of shells, or of the session, that give their variables to what the user, or the user's manager, starts. */
function profilesGivenTo(definitions: Member["definitions"], copies: readonly PlaceCopy[]): string[] {
  const isGiven = (path: string) => (definitions.length > 0 ? isGivenToServices(path, "user") : true)
  return copies.flatMap(({ kind, path, isNamed }) => (kind === "profile" && isNamed && isGiven(path) ? [path] : []))
}

/** Resolves a variable that the config names in place of a credential, as far as its environment was read. */
function variableIn(
  held: Extract<PlaceCopy["held"], { kind: "variable" }>,
  { process, product, located, definitions, isClient }: Member,
  { copies, snapshot, unknownExports = [] }: HomeReading,
): Pick<Candidate, "value" | "problem" | "isUnset" | "unknown" | "copy"> {
  const { name, fallback } = held
  const own = process?.environment.get(name)
  if (own && !own.equals("")) return { value: own }
  const files = [
    ...(process ? [] : profilesGivenTo(definitions, copies)),
    // A dotenv file in its working directory may set any variable but the product's own.
    ...(located.folder ? [`${located.folder}/.env`] : []),
    ...definitions.flatMap(({ parts = [], reads = [], path }) => [...reads, ...parts, path]),
    ...dotenvsOf(product, located, snapshot.home),
    // clawdbot interpolates its config before it loads the variables of the config.
    ...(product === "openclaw" ? [located.config] : []),
  ]
  const isHere = (copy: PlaceCopy) =>
    copy.product === product && copy.locator.split(".").at(-1) === name && files.includes(copy.path)
  const set = copies
    .filter((copy) => isHere(copy) && (copy.held.kind === "value" ? !copy.held.value.equals("") : isUnknown(copy)))
    .sort((one, other) => files.indexOf(one.path) - files.indexOf(other.path))
  const [copy] = set
  const exported = set.filter(({ kind }) => kind === "profile")
  const values = new Set(exported.map(({ held }) => (held.kind === "value" ? held.value.reveal() : undefined)))
  if (values.size > 1 || values.has(undefined))
    return { unknown: `a reference to ${describeVariable(held)}, which shell files set, and not to one known value` }
  if (copy?.held.kind === "value") return { value: copy.held.value, copy }
  const words = describeVariable(held)
  if (isClient && unknownExports[0] !== undefined)
    return { unknown: `a reference to ${words}, and ${unknownExports[0]}` }
  const isLooked = name === products[product].variable || process?.named?.includes(name)
  if (process && !(process.seen && isLooked)) return { unknown: `a reference to ${words}, which was not checked` }
  return fallback ? { value: fallback } : { problem: `refers to ${words}, which is not set`, isUnset: true }
}

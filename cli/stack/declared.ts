import { join } from "node:path"
import { UserError } from "../../core/errors.ts"
import { shown } from "../../core/escape.ts"
import { omitUndefined } from "../../core/given.ts"
import { expandHome } from "../../core/home.ts"
import { normalizeHost } from "../../core/host.ts"
import { maxFileBytes } from "../../hosts/file.ts"
import { readSmall } from "../../hosts/read.ts"
import { type Config, parseConfig } from "../../stacks/config.ts"
import type { Member } from "../../survey/collect/member.ts"
import type { Survey, Target } from "../../survey/collect/survey.ts"
import type { PlaceCopy } from "../../survey/files/place-copy.ts"
import { namedDocument, type StackDocument } from "./document.ts"
import { findStackFile, NoStack, SeveralStacks, type StackFile } from "./stack.ts"

/** What a stack of this folder declares. */
export interface DeclaredStack {
  readonly file: StackFile
  readonly config: Config
}

/** A stack's file is not valid. */
class InvalidStack extends UserError {
  override readonly name = "InvalidStack"
}

/**
 * Reads the folder's stack; undefined if it has none with a token, and none was named.
 * @throws UserError if its configuration is not valid
 */
export async function declaredIn(cwd: string, stack: string | undefined): Promise<DeclaredStack | undefined> {
  const file = await findStackFile(cwd, stack).catch((error) => {
    if (error instanceof NoStack) return undefined
    throw error
  })
  if (!file) return undefined
  const text = await readSmall(join(file.folder, file.name), maxFileBytes, "follow")
  if (text === undefined) throw new InvalidStack(`${shown(file.name)} is not a file that can be read`)
  const parsed = parseConfig(documentOf(file.name, text).own)
  if ("config" in parsed) return { file, config: parsed.config }
  const problems = parsed.problems.map((line) => `  ${line}`)
  throw new InvalidStack(`${shown(file.name)} cannot be used:\n${problems.join("\n")}`)
}

/** Reads the folder's stack for a command that needs none; undefined if no stack or no single one can be used. */
export async function usableStackIn(cwd: string): Promise<DeclaredStack | undefined> {
  return declaredIn(cwd, undefined).catch((error) => {
    if (error instanceof InvalidStack || error instanceof SeveralStacks) return undefined
    throw error
  })
}

function documentOf(name: string, text: string): StackDocument {
  try {
    return namedDocument(name, text)
  } catch (error) {
    throw error instanceof UserError ? new InvalidStack(error.message) : error
  }
}

type Entry = { readonly host: string; readonly home?: string; readonly product?: string; readonly port?: number }

/** Returns the home of a declared member. @throws UserError with the names of all members */
export function targetOf({ file, config }: DeclaredStack, name: string): Target {
  const members: { [name: string]: Entry } = { ...config.gateways, ...config.nodes }
  const entry = Object.hasOwn(members, name) ? members[name] : undefined
  if (entry) return targetAt(entry, { file, config })
  throw new UserError(
    `${shown(file.name)} does not declare ${shown(name)}; expected one of ${Object.keys(members).join(", ")}`,
  )
}

/** Returns each home that has a declared gateway or node, once. */
export function targetsOf({ file, config }: DeclaredStack, of: "gateways" | "all" = "all"): Target[] {
  const nodes = of === "all" ? Object.values(config.nodes ?? {}) : []
  const entries: Entry[] = [...Object.values(config.gateways), ...nodes]
  const targets = entries.map((entry) => targetAt(entry, { file, config }))
  return targets.filter((one, at) => at === targets.findIndex((other) => isSame(one, other)))
}

/** Returns the declared home at the same host and folder. */
export function declaredTarget(declared: DeclaredStack, target: Target): Target | undefined {
  return targetsOf(declared).find((each) => isSame(each, target))
}

/** Checks whether a stack updates a further copy: it is one of a member's `places` that contain the token. */
export function isDeclaredCopy({ file, config }: DeclaredStack): (survey: Survey, copy: PlaceCopy) => boolean {
  const entries = [...Object.values(config.gateways), ...Object.values(config.nodes ?? {})]
  return ({ target, snapshot }, { path, locator }) =>
    entries.some(
      (entry) =>
        isSame(target, homeAt(entry, file.folder)) &&
        (entry.places ?? []).some(
          (place) =>
            place.must !== "nothing" && place.locator === locator && expandHome(place.path, snapshot.home) === path,
        ),
    )
}

/** Returns a function that finds a member's name by its host and home. */
export function namesOf({ file, config }: DeclaredStack): (survey: Survey, member: Member) => string | undefined {
  return ({ target }, { role, product }) => {
    const members: { [name: string]: Entry } = (role === "gateway" ? config.gateways : config.nodes) ?? {}
    return Object.entries(members).find(
      ([, entry]) => (entry.product ?? "openclaw") === product && isSame(target, homeAt(entry, file.folder)),
    )?.[0]
  }
}

function targetAt(entry: Entry, { file, config }: DeclaredStack): Target {
  const own = homeAt(entry, file.folder)
  const isNode = Object.values(config.nodes ?? {}).some((node) => isSame(homeAt(node, file.folder), own))
  return { ...own, ...omitUndefined({ port: entry.port }), ...(isNode ? { isNode } : {}) }
}

function homeAt(entry: Entry, folder: string): Target {
  return { host: entry.host, home: homeOf(entry, folder) }
}

function isSame(one: Target, other: Target): boolean {
  return normalizeHost(one.host) === normalizeHost(other.host) && one.home === other.home
}

function homeOf({ home = "~" }: Entry, folder: string): string {
  return home.startsWith("./") ? join(folder, home) : home
}

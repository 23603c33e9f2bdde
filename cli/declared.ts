import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { sameHost } from "../core/host.ts"
import { parseYaml } from "../places/compose/yaml-document.ts"
import { type Config, parseConfig } from "../stacks/config.ts"
import type { Copy } from "../survey/copies.ts"
import type { Member } from "../survey/members.ts"
import type { Survey, Target } from "../survey/survey.ts"
import { type StackFile, stackFile } from "./stack.ts"

/** What a stack of this folder declares. */
export interface Declared {
  readonly file: StackFile
  readonly config: Config
}

/**
 * Nothing where the folder has no stack with a token, and none was named.
 * @throws UserError for a configuration that cannot be used
 */
export async function declaredIn(cwd: string, stack: string | undefined): Promise<Declared | undefined> {
  const file = await stackFile(cwd, stack).catch((error) => {
    if (error instanceof UserError && stack === undefined) return undefined
    throw error
  })
  if (!file) return undefined
  const text = await readFile(join(file.folder, file.name), "utf8")
  const all = parseYaml(text).doc.toJS()?.config ?? {}
  const own = Object.entries(all).filter(([key]) => key.startsWith("gatekey:"))
  const parsed = parseConfig(Object.fromEntries(own.map(([key, value]) => [key.slice("gatekey:".length), value])))
  if ("config" in parsed) return { file, config: parsed.config }
  throw new UserError(`${shown(file.name)} cannot be used:\n${parsed.problems.map((line) => `  ${line}`).join("\n")}`)
}

type Entry = { readonly host: string; readonly home?: string; readonly product?: string }

/** The home of a declared member. @throws UserError naming all there are */
export function targetOf({ file, config }: Declared, name: string): Target {
  const members: { [name: string]: Entry } = { ...config.gateways, ...config.nodes }
  const entry = Object.hasOwn(members, name) ? members[name] : undefined
  if (entry) return { host: entry.host, home: homeOf(entry, file.folder) }
  throw new UserError(`${shown(file.name)} declares no ${shown(name)}; there are: ${Object.keys(members).join(", ")}`)
}

/** Every home that has a declared gateway or node, each once. */
export function targetsOf({ file, config }: Declared, of: "gateways" | "all" = "all"): Target[] {
  const nodes = of === "all" ? Object.values(config.nodes ?? {}) : []
  const entries: Entry[] = [...Object.values(config.gateways), ...nodes]
  const targets = entries.map((entry) => ({ host: entry.host, home: homeOf(entry, file.folder) }))
  return targets.filter((one, at) => at === targets.findIndex((other) => isSame(one, other)))
}

/** Whether a stack keeps a further copy in step: it is one of a member's `places` that hold the token. */
export function isKept({ file, config }: Declared): (survey: Survey, copy: Copy) => boolean {
  const entries = [...Object.values(config.gateways), ...Object.values(config.nodes ?? {})]
  return ({ target, sight }, { path, locator }) =>
    entries.some(
      (entry) =>
        isSame(target, { host: entry.host, home: homeOf(entry, file.folder) }) &&
        (entry.places ?? []).some(
          (place) =>
            place.must !== "nothing" &&
            place.locator === locator &&
            place.path.replace(/^~(?=\/)/, sight.home) === path,
        ),
    )
}

/** A member's name, by its host and home. */
export function namesOf({ file, config }: Declared): (survey: Survey, member: Member) => string | undefined {
  return ({ target }, { role, product }) => {
    const members: { [name: string]: Entry } = (role === "gateway" ? config.gateways : config.nodes) ?? {}
    return Object.entries(members).find(
      ([, entry]) =>
        (entry.product ?? "openclaw") === product &&
        isSame(target, { host: entry.host, home: homeOf(entry, file.folder) }),
    )?.[0]
  }
}

function isSame(one: Target, other: Target): boolean {
  return sameHost(one.host) === sameHost(other.host) && one.home === other.home
}

function homeOf({ home = "~" }: Entry, folder: string): string {
  return home.startsWith("./") ? join(folder, home) : home
}

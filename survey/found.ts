import { UserError } from "../core/errors.ts"
import { given } from "../core/given.ts"
import type { Look } from "../hosts/host.ts"
import { type Copy, copiesIn, inCrontab, profileOf } from "./copies.ts"
import { type Definition, definitionIn, envFilesIn, placingIn } from "./definitions.ts"
import { locatedIn } from "./located.ts"
import type { Found } from "./members.ts"
import { type Settings, settingsIn } from "./settings.ts"
import type { File, Sight } from "./sight.ts"

export const absent: Look = { kind: "absent", leftover: false }

/** What a look and the files that it named come to. */
export function foundIn(sight: Sight, looks: ReadonlyMap<string, Look>): Found {
  const definitions = definitionsOf(sight, looks)
  const copies = sight.files.flatMap((file) => copiesIn(file, looks.get(file.path) ?? absent))
  const named = envFilesOf(sight, looks)
  return {
    sight,
    copies: [...copies.map((copy) => owned(copy, definitions, named)), ...inCrontab(sight)],
    settings: settingsOf(sight.files, looks),
    definitions,
  }
}

/** Whose a drop-in or a unit's file of variables is: that of the unit which reads it, where that is one role's. */
function owned(copy: Copy, definitions: readonly Definition[], named: ReadonlyMap<string, ReadonlySet<string>>): Copy {
  const { definition } = copy
  if (copy.kind !== "unit drop-in" && copy.kind !== "unit env file")
    return definition
      ? { ...copy, definition: definitions.find(({ path }) => path === definition.path) ?? definition }
      : copy
  const units = copy.kind === "unit drop-in" ? unitsOf(copy.path) : [...(named.get(copy.path) ?? [])]
  const owners = definitions.filter(({ name, running }) => running && units.includes(name))
  const [owner] = owners
  if (!owner?.running) return copy
  const alone = owners.every(({ running }) => running?.role === owner.running?.role)
  return {
    ...copy,
    ...(alone ? { role: owner.running.role } : {}),
    ...(owners.length === 1 ? { definition: owner } : {}),
  }
}

function unitsOf(path: string): string[] {
  const unit = unitOf(path)
  return unit ? [unit] : []
}

/** `…/openclaw-node.service.d/10-token.conf`, and the unit itself. */
function unitOf(path: string): string | undefined {
  return /\/([^/]+\.service)(?:\.d\/[^/]+)?$/.exec(path)?.[1]
}

/** Files of variables, with the units that read them. */
function envFilesOf({ files, home }: Sight, looks: ReadonlyMap<string, Look>): Map<string, Set<string>> {
  const named = new Map<string, Set<string>>()
  for (const { kind, path } of files) {
    const look = looks.get(path)
    const unit = unitOf(path)
    if (look?.kind !== "file" || !unit || (kind !== "unit environment" && kind !== "unit drop-in")) continue
    for (const file of envFilesIn(look.bytes, home)) named.set(file, (named.get(file) ?? new Set()).add(unit))
  }
  return named
}

function settingsOf(files: readonly File[], looks: ReadonlyMap<string, Look>): Settings[] {
  return files.flatMap(({ kind, path, product, profile }) => {
    const look = looks.get(path)
    if (kind !== "config" || !product || look?.kind !== "file") return []
    return settingsIn(look.bytes, { product, path, ...profileOf({ product, path, ...given({ profile }) }) }) ?? []
  })
}

/** Where it has its files: a drop-in may say otherwise than the unit, the last of them counts. */
function located(definition: Definition, { files, ...homes }: Sight, looks: ReadonlyMap<string, Look>): Definition {
  const { path, running, options, manager } = definition
  if (!running || !options) return definition
  const papers = files.filter(
    (file) => file.path === path || (file.kind === "unit drop-in" && file.path.startsWith(`${path}.d/`)),
  )
  const said = new Map(
    papers.flatMap((file) => {
      const look = looks.get(file.path)
      if (look?.kind !== "file") return []
      return [...placingIn(look.bytes, manager === "systemd" ? "systemd" : "plist", running, homes.home)]
    }),
  )
  const located = locatedIn(homes, running.product, options.profile, (name) => said.get(name))
  return { ...definition, located }
}

/** Also those in which no token stands. */
function definitionsOf(sight: Sight, looks: ReadonlyMap<string, Look>): Definition[] {
  return sight.files.flatMap(({ kind, path }) => {
    const look = looks.get(path)
    if (look?.kind !== "file" || (kind !== "unit environment" && kind !== "launch agent environment")) return []
    try {
      return [located(definitionIn(path, look.bytes, kind === "unit environment" ? "systemd" : "plist"), sight, looks)]
    } catch (error) {
      if (error instanceof UserError) return []
      throw error
    }
  })
}

import { omitUndefined } from "../../core/given.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { dotenvLines } from "../../places/dotenv/lines.ts"
import { formats } from "../../places/index.ts"
import { productNames } from "../../products/product.ts"
import { type Credential, formatVariable } from "../../products/readers.ts"
import { interpolatedCopies } from "../files/compose/interpolated.ts"
import { profileOf } from "../files/config-copies.ts"
import { copiesIn, userCrontabCopies } from "../files/copies.ts"
import type { Definition } from "../files/definition.ts"
import { definitionIn, definitionOfUnit, placingIn } from "../files/definitions.ts"
import type { File, HomeSnapshot } from "../files/home-snapshot.ts"
import { copiesOfIncluded, type Included, includedIn, namedVariableCopies } from "../files/included-copies.ts"
import { legacyOf, locatedIn, type placing } from "../files/located.ts"
import { passwordsIn } from "../files/passwords.ts"
import type { PlaceCopy } from "../files/place-copy.ts"
import { filesRead } from "../files/script-text.ts"
import { fileReferences, valuesByPointer } from "../files/secret-files.ts"
import { type ProductSettings, parsedConfig, settingsOf } from "../files/settings.ts"
import { portVariable, statedPort } from "../files/stated-port.ts"
import { statedUrlsIn } from "../files/stated-url.ts"
import { filesOf, unitsOf } from "../files/units/units.ts"
import { unlessBroken } from "../files/unless-broken.ts"
import type { HomeReading } from "./member.ts"
import { nodesIn } from "./node-store.ts"

export const absent: FileSnapshot = { kind: "absent", leftover: false }

/** Evaluates a home's snapshot and its files. */
export function readHome(home: HomeSnapshot, looks: ReadonlyMap<string, FileSnapshot>): HomeReading {
  const snapshot = { ...home, files: home.files.map((file) => withoutUnreadConfig(file, home)) }
  const definitions = definitionsOf(snapshot, looks)
  const included = includedIn(snapshot, looks)
  const more = (credential: Credential) =>
    included.flatMap((each) => copiesOfIncluded(each, looks, credential, snapshot.files))
  const named = snapshot.files.filter(({ kind }) => kind !== "secret file")
  const held = [...named.flatMap((file) => copiesIn(file, looks.get(file.path) ?? absent)), ...more("token")]
  const passwords = [
    ...snapshot.files.flatMap((file) => passwordsIn(file, looks.get(file.path) ?? absent)),
    ...more("password"),
  ]
  const secrets = secretFileCopies(snapshot, looks, [...held, ...passwords])
  const copies = [...held, ...secrets, ...namedVariableCopies(snapshot, looks, [...held, ...passwords])]
  return {
    snapshot,
    copies: [
      ...copies.map((copy) => withOwner(copy, definitions)),
      ...interpolatedCopies(snapshot, looks),
      ...userCrontabCopies(snapshot),
    ],
    settings: settingsIn(snapshot.files, looks, included),
    definitions,
    dotenvPorts: dotenvPortsOf(snapshot.files, looks),
    urls: statedUrlsIn(snapshot.files, looks),
    blankVariables: blankVariablesIn(snapshot.files, looks),
    nodes: nodesIn(snapshot.files, looks),
    passwords: passwords.map((copy) => withOwner(copy, definitions)),
  }
}

/** Finds the values of secret files: by the JSON pointers of the references to them, else the whole file. */
function secretFileCopies(
  { files, home }: HomeSnapshot,
  looks: ReadonlyMap<string, FileSnapshot>,
  copies: readonly PlaceCopy[],
): PlaceCopy[] {
  const all = fileReferences(copies, home)
  const secrets = files.filter(({ kind }) => kind === "secret file")
  return secrets.flatMap((file) => {
    const look = looks.get(file.path) ?? absent
    const own = all.filter(({ path }) => path === file.path)
    const isWhole = own.length === 0 || own.some(({ pointer }) => pointer === undefined)
    return [...(isWhole ? copiesIn(file, look) : []), ...valuesByPointer(file, look, own)]
  })
}

/** Makes a config a backup if the product reads the one beside it instead. */
function withoutUnreadConfig(file: File, { files }: HomeSnapshot): File {
  const { kind, path, product } = file
  const isUnread = files.some((other) => other.kind === "config" && product && legacyOf(product, other.path) === path)
  return kind === "config" && isUnread ? { ...file, kind: "backup" } : file
}

/** Lists the files that the home's scripts and jobs read when they start a gateway, with the script's name. */
export function readByScripts({ files, home, crontab, user }: HomeSnapshot, looks: ReadonlyMap<string, FileSnapshot>) {
  const texts = files.flatMap(({ kind, path }): [string, string][] => {
    const look = looks.get(path)
    return kind === "script" && look?.kind === "file" ? [[path, Buffer.from(look.bytes).toString("utf8")]] : []
  })
  const all = [...texts, ...crontab.map((line): [string, string] => [`crontab of ${user}`, line])]
  return all.flatMap(([namedBy, text]) =>
    unlessBroken(() => filesRead(text)).flatMap(({ path, as }) => {
      const full = path.replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/)/, home)
      // Files outside the home belong to others, and expanded paths are not known.
      return full.startsWith(`${home}/`) && !/[$`*?]|\/\.\.(\/|$)/.test(full) ? [{ path: full, as, namedBy }] : []
    }),
  )
}

/** Adds the definition that has the copy in its own file, or that reads the copy's drop-in or environment file. */
function withOwner(copy: PlaceCopy, definitions: readonly Definition[]): PlaceCopy {
  const { definition, path } = copy
  if (
    copy.kind !== "unit drop-in" &&
    copy.kind !== "unit env file" &&
    !/\.service\.d\/[^/]+$|\/service\.d\/[^/]+$/.test(path)
  ) {
    const own = definitions.find((each) => each.path === (definition?.path ?? path)) ?? definition
    return own ? { ...copy, definition: own } : copy
  }
  const owners = definitions.filter(
    ({ running, parts, reads }) => running && [...(parts ?? []), ...(reads ?? [])].includes(path),
  )
  const [owner] = owners
  if (!owner?.running) return copy
  const alone = owners.every(({ running }) => running?.role === owner.running?.role)
  return {
    ...copy,
    ...(alone ? { role: owner.running.role } : {}),
    ...(owners.length === 1 ? { definition: owner } : {}),
  }
}

function settingsIn(
  files: readonly File[],
  looks: ReadonlyMap<string, FileSnapshot>,
  included: readonly Included[],
): ProductSettings[] {
  return files.flatMap(({ kind, path, product, profile }) => {
    const look = looks.get(path)
    if (kind !== "config" || !product || look?.kind !== "file") return []
    const whole = included.find(({ file }) => file.path === path)
    const config = whole ? whole.resolved.config : parsedConfig(look.bytes)
    if (config === undefined) return []
    return settingsOf(config, { product, path, ...profileOf({ product, path, ...omitUndefined({ profile }) }) })
  })
}

function dotenvPortsOf(files: readonly File[], looks: ReadonlyMap<string, FileSnapshot>): Map<string, number> {
  const ports = files.flatMap(({ kind, path, product }) => {
    const look = looks.get(path)
    if (kind !== "dotenv" || !product || look?.kind !== "file") return []
    const found = formats.dotenv.find(look.bytes, portVariable(product))
    const port = found.kind === "value" ? statedPort(product, found.value) : undefined
    return port === undefined ? [] : [[path, port] as const]
  })
  return new Map(ports)
}

function blankVariablesIn(
  files: readonly File[],
  looks: ReadonlyMap<string, FileSnapshot>,
): HomeReading["blankVariables"] {
  const variables = productNames.flatMap((product) => [
    formatVariable(product, "token"),
    formatVariable(product, "password"),
  ])
  return files.flatMap(({ kind, path }) => {
    const look = looks.get(path)
    if (!/^(?:home )?dotenv$/.test(kind) || look?.kind !== "file") return []
    const lines = unlessBroken(() => dotenvLines(Buffer.from(look.bytes).toString("utf8")))
    return variables
      .filter((variable) => lines.findLast(({ key }) => key === variable)?.value === "")
      .map((variable) => ({ path, variable }))
  })
}

/** Adds where the definition's program has its files; for a unit, from all its parts. */
function withLocation(definition: Definition, snapshot: HomeSnapshot, bytes?: Uint8Array): Definition {
  const { running, options, given: says } = definition
  if (!running || !options) return definition
  const placement = bytes ? placingIn(bytes, "plist", running, snapshot.home) : undefined
  const variable = (name: (typeof placing)[number] | "GATEWAY_PORT") => {
    const [first] = says?.(`${running.product.toUpperCase()}_${name}`) ?? []
    return first?.kind === "value" ? first.text : placement?.get(name)
  }
  const port = statedPort(running.product, variable("GATEWAY_PORT"))
  return {
    ...definition,
    located: locatedIn(snapshot, running.product, options.profile, variable),
    ...omitUndefined({ port }),
  }
}

/** Returns all definitions, also those without a token; of units those that count, with their drop-ins. */
function definitionsOf(snapshot: HomeSnapshot, looks: ReadonlyMap<string, FileSnapshot>): Definition[] {
  const agents = snapshot.files.flatMap(({ kind, path }) => {
    const look = looks.get(path)
    if (look?.kind !== "file" || kind !== "launch agent environment") return []
    return unlessBroken(() => [withLocation(definitionIn(path, look.bytes, "plist"), snapshot, look.bytes)])
  })
  const files = filesOf(snapshot, looks)
  const units = unitsOf(snapshot, looks).filter(({ masked }) => !masked)
  return [
    ...agents,
    ...units.flatMap((unit) => unlessBroken(() => [withLocation(definitionOfUnit(unit, files), snapshot)])),
  ]
}

import { UserError } from "../core/errors.ts"
import { shown } from "../core/escape.ts"
import { Secret } from "../core/secret.ts"
import type { Look } from "../hosts/host.ts"
import { findService } from "../places/compose/environment.ts"
import { parseYaml } from "../places/compose/yaml-document.ts"
import type { Format, FormatName, Found } from "../places/format.ts"
import { formats } from "../places/index.ts"
import { products } from "../products/index.ts"
import { type ProductName, productNames, type Role } from "../products/product.ts"
import { type Definition, definitionIn, wordsIn } from "./definitions.ts"
import type { Kind } from "./kinds.ts"
import { heldInCrontab, heldInScript, type InScript } from "./script-text.ts"
import type { File, Sight } from "./sight.ts"

/** What stands in one place. */
export interface Copy {
  readonly kind: Kind
  /** Absolute; what is no file has a name, such as `pid 4711` or `docker container gateway`. */
  readonly path: string
  readonly locator: string
  readonly format?: FormatName
  readonly held: Held
  readonly product?: ProductName
  readonly role?: Role
  /** Of a product's further configurations: `--profile NAME`. */
  readonly profile?: string
  readonly file?: File
  /** The service whose definition it is. */
  readonly definition?: Definition
}

type Held =
  | { readonly kind: "value"; readonly value: Secret }
  /** A reference to a whole file, or to a variable of the environment. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "variable"; readonly name: string; readonly fallback?: Secret }
  | { readonly kind: "reference" }
  /** What lets a program ask the vault. */
  | { readonly kind: "credentials" }
  /** `reason`: as it may be shown. */
  | { readonly kind: "broken"; readonly reason: string }

const variables: readonly (readonly [ProductName, string])[] = productNames.map((name) => [
  name,
  products[name].variable,
])

/** Everything that may be a token in one file. */
export function copiesIn(file: File, look: Look): Copy[] {
  const { kind, path, product, role } = file
  const base = { kind, path, file, ...(product ? { product } : {}), ...(role ? { role } : {}) }
  if (look.kind === "absent")
    return file.isLink ? [{ ...base, locator: "*", held: broken("a link that leads nowhere") }] : []
  if (look.kind !== "file") return [{ ...base, locator: "*", held: broken(look.reason) }]
  try {
    return readers[kind]?.(base, look.bytes) ?? []
  } catch (error) {
    if (error instanceof UserError) return [{ ...base, locator: "*", held: broken(error.message) }]
    throw error
  }
}

type Base = Omit<Copy, "locator" | "held"> & { readonly file: File }
type Reader = (base: Base, bytes: Uint8Array) => Copy[]

const readers: { readonly [kind in Kind]?: Reader } = {
  config: configured,
  backup: configured,
  "secret file": (base, bytes) => at(base, bytes, "file", "*"),
  "token reader": credentials,
  dotenv: (base, bytes) => variablesIn({ ...base, ...profileOf(base.file) }, bytes, "dotenv"),
  "home dotenv": (base, bytes) => variablesIn(base, bytes, "dotenv"),
  "compose dotenv": (base, bytes) => variablesIn(base, bytes, "dotenv"),
  "unit env file": (base, bytes) => variablesIn(base, bytes, "environment-file"),
  "launch agent env file": (base, bytes) => variablesIn(base, bytes, "shell"),
  profile: profile,
  script: scripted,
  crontab: (base, bytes) =>
    textOf(bytes)
      .split("\n")
      .flatMap(heldInCrontab)
      .map((held) => written(base, held)),
  "launch agent environment": defined,
  "unit environment": defined,
  "unit drop-in": (base, bytes) => variablesIn({ ...base, ...ownerOfDropIn(base.path) }, bytes, "systemd"),
  "compose environment": composed,
}

function configured(base: Base, bytes: Uint8Array): Copy[] {
  const own = { ...base, ...profileOf(base.file) }
  const variable = products[base.product ?? "openclaw"].variable
  const kinds: readonly (readonly [string, Kind])[] = [
    ["gateway.auth.token", "config auth token"],
    ["gateway.remote.token", "config remote token"],
    [`env.vars.${variable}`, "config environment"],
    [`env.${variable}`, "config environment"],
  ]
  return kinds.flatMap(([locator, kind]) =>
    at(base.kind === "backup" ? own : { ...own, kind }, bytes, "json5", locator),
  )
}

/** Its token is not on the disk, but what opens the vault may be: it is as good as a copy. */
function credentials({ file: _, ...base }: Base, bytes: Uint8Array): Copy[] {
  const found = formats.reader.find(bytes, "*")
  const path = found.kind === "reference" && typeof found.content === "object" ? found.content.credentials : undefined
  return typeof path === "string" ? [{ ...base, path, locator: "*", held: { kind: "credentials" } }] : []
}

/** Shells of other families have formats of their own, and no place of ours stands in them. */
function profile(base: Base, bytes: Uint8Array): Copy[] {
  if (/\.fish$|\/fish_variables$|csh/.test(base.path) || base.path === "/etc/csh.login") return scripted(base, bytes)
  if (/environment(\.d\/|$)|pam_environment/.test(base.path)) return variablesIn(base, bytes, "environment-file")
  return variablesIn(base, bytes, "shell")
}

function scripted(base: Base, bytes: Uint8Array): Copy[] {
  const text = textOf(bytes)
  const isShell = /\.(sh|bash|zsh|command)$/.test(base.path) || /^#!.*\b(ba|z|da|k)?sh\b/.test(text)
  return heldInScript(text).map((held) => {
    const found = isShell ? foundIn(formats.shell, bytes, held.locator) : []
    const edits = found.some((each) => each.kind === "value" && each.value.equals(held.value))
    return { ...written(base, held), ...(edits ? { format: "shell" as const } : {}) }
  })
}

/** The user's own crontab, which is no file that one reads. */
export function inCrontab({ crontab, user }: Sight): Copy[] {
  const base = { kind: "crontab", path: `crontab of ${user}` } as const
  return crontab.flatMap(heldInCrontab).map((held) => written(base, held))
}

function written(base: Omit<Copy, "locator" | "held">, { locator, value }: InScript): Copy {
  return { ...base, locator, ...of(locator), held: { kind: "value", value } }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("utf8")
}

/** A property list or a unit: its variables and its `--token`. */
function defined(base: Base, bytes: Uint8Array): Copy[] {
  const format = base.kind === "unit environment" ? "systemd" : "plist"
  const definition = definitionIn(base.path, bytes, format)
  const { role, product } = definition.running ?? {}
  const own = { ...base, ...(role ? { role } : {}), ...(product ? { product } : {}), definition }
  const args: Kind = format === "systemd" ? "unit arguments" : "launch agent arguments"
  // `sh -c`: what a shell is given is a script.
  const scripts = wordsIn(bytes, format)
    .filter((word) => /\s/.test(word))
    .flatMap(heldInScript)
  return [
    ...variablesIn(own, bytes, format),
    ...at({ ...own, kind: args }, bytes, format, "--token"),
    ...scripts.map((held) => written({ ...own, kind: args }, held)),
  ]
}

function composed(base: Base, bytes: Uint8Array): Copy[] {
  const { names } = findService(parseYaml(textOf(bytes)), "")
  return names.flatMap((name) =>
    variables.flatMap(([product, variable]) => at({ ...base, product }, bytes, "compose", `${name}.${variable}`)),
  )
}

function variablesIn(base: Base, bytes: Uint8Array, format: FormatName): Copy[] {
  return variables.flatMap(([product, variable]) => at({ ...base, product }, bytes, format, variable))
}

function at(base: Base, bytes: Uint8Array, format: FormatName, locator: string): Copy[] {
  const found = foundIn(formats[format], bytes, locator)
  return found.map((held) => ({ ...base, format, locator, held }))
}

function foundIn(format: Format, bytes: Uint8Array, locator: string): Held[] {
  const found = format.find(bytes, locator)
  if (found.kind === "missing") return []
  if (found.kind === "reference") return [referenceOf(found, bytes)]
  const others = found.others.filter((value) => value !== found.value && value !== "")
  return [found.value, ...new Set(others)].map(heldAs)
}

/** What `op run` puts a secret in place of is none itself. */
function heldAs(value: string): Held {
  return value.startsWith("op://") ? { kind: "reference" } : { kind: "value", value: new Secret(value) }
}

/** A SecretRef names a provider of the same config; `${NAME}` a variable. */
function referenceOf({ content, fallback }: Extract<Found, { kind: "reference" }>, bytes: Uint8Array): Held {
  if (typeof content === "string") {
    const name = /^\$\{?([A-Za-z_]\w*)/.exec(content)?.[1]
    if (name === undefined) return { kind: "reference" }
    return { kind: "variable", name, ...(fallback ? { fallback: new Secret(fallback) } : {}) }
  }
  if (content.source === "env" && typeof content.id === "string") return { kind: "variable", name: content.id }
  const provider = typeof content.provider === "string" ? content.provider : "default"
  const named = formats.json5.find(bytes, `secrets.providers.${provider}`)
  const path = named.kind === "reference" && typeof named.content === "object" ? named.content.path : undefined
  return typeof path === "string" ? { kind: "file", path } : { kind: "reference" }
}

/** Whose variable it is. */
function of(locator: string): { readonly product?: ProductName } {
  const found = variables.find(([, variable]) => variable === locator)
  return found ? { product: found[0] } : {}
}

/** `~/.openclaw-work/openclaw.json`: `work`. */
export function profileOf({ path, product, profile }: Pick<File, "path" | "product" | "profile">): {
  readonly profile?: string
} {
  if (profile !== undefined) return { profile }
  const found = product && new RegExp(`/\\.${product}-([^/]+)/`).exec(path)?.[1]
  return found ? { profile: found } : {}
}

/** A drop-in belongs to the unit whose folder it is in. */
function ownerOfDropIn(path: string): { readonly role?: Role; readonly definition?: Definition } {
  const unit = /([^/]+\.service)\.d\/[^/]+$/.exec(path)?.[1]
  for (const name of productNames) {
    for (const role of ["gateway", "node"] as const) {
      if (products[name].roles[role].systemd.unit === unit)
        return {
          role,
          definition: {
            manager: "systemd",
            name: unit,
            path,
            system: !path.includes("/.config/"),
            running: { product: name, role },
          },
        }
    }
  }
  return {}
}

function broken(reason: string): Held {
  return { kind: "broken", reason: shown(reason, 300) }
}

import type { Reference } from "../../core/content.ts"
import { shown } from "../../core/escape.ts"
import { expandHome } from "../../core/home.ts"
import { isMapping } from "../../core/mapping.ts"
import { Secret } from "../../core/secret.ts"
import type { FileSnapshot } from "../../hosts/host.ts"
import { BOM } from "../../places/common/text.ts"
import { formats } from "../../places/index.ts"
import { brokenValue } from "./broken-value.ts"
import type { File } from "./home-snapshot.ts"
import type { HeldValue, PlaceCopy } from "./place-copy.ts"
import { unlessBroken } from "./unless-broken.ts"

type FileReference = Extract<HeldValue, { kind: "file" }>

/** Parses a SecretRef: it names a provider of the same config, which reads a file as a whole, or as JSON (its default). */
export function secretReference({ provider: named, id }: Reference, bytes: Uint8Array): HeldValue {
  const provider = typeof named === "string" ? named : "default"
  const found = formats.json5.find(bytes, `secrets.providers.${provider}`)
  const { path, mode } = found.kind === "reference" && typeof found.content === "object" ? found.content : {}
  if (typeof path !== "string") return { kind: "reference" }
  const pointer = typeof id === "string" ? id : ""
  const isWhole = pointer === "value"
  const name = `secrets.providers.${shown(provider, 100)}`
  if (mode === "singleValue")
    return isWhole
      ? { kind: "file", path }
      : {
          ...{ kind: "file", path },
          problem: `has the id ${shown(pointer, 100)}, expected "value", as ${name} has mode singleValue`,
        }
  if (pointer.startsWith("/")) return { kind: "file", path, pointer }
  const problem = `has the id ${shown(pointer, 100)}, expected a JSON pointer, as ${name} reads JSON (set its mode to singleValue if the file contains nothing else)`
  return { kind: "file", path, problem }
}

/** Returns the locator of a referenced value in its file: `gw.token` for the JSON pointer `/gw/token`. */
export function locatorOf({ pointer }: Pick<FileReference, "pointer">): string {
  if (pointer === undefined) return "*"
  return keysOf(pointer)
    .map((key) => (/^[^."'\s]+$/.test(key) ? key : JSON.stringify(key)))
    .join(".")
}

function keysOf(pointer: string): string[] {
  return pointer
    .slice(1)
    .split("/")
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"))
}

/** Lists the references to files that can be followed, with absolute paths. */
export function fileReferences(copies: readonly PlaceCopy[], home: string): FileReference[] {
  return copies.flatMap(({ held }) =>
    held.kind === "file" && held.problem === undefined ? [{ ...held, path: expandHome(held.path, home) }] : [],
  )
}

/** Finds the values of a secret file that configs refer to by a JSON pointer. */
export function valuesByPointer(file: File, look: FileSnapshot, references: readonly FileReference[]): PlaceCopy[] {
  const pointers = [...new Set(references.flatMap(({ pointer }) => (pointer === undefined ? [] : [pointer])))]
  return pointers.map((pointer): PlaceCopy => {
    const { kind, path } = file
    const locator = locatorOf({ pointer })
    const base = { kind, path, locator, file }
    if (look.kind !== "file")
      return { ...base, held: brokenValue(look.kind === "absent" ? "a link that leads nowhere" : look.reason) }
    const held = valueAt(pointer, look.bytes)
    return isEditable(look.bytes, locator, held) ? { ...base, format: "json5", held } : { ...base, held }
  })
}

/** Follows a JSON pointer as openclaw does. Its parser's own message would show a part of the file. */
function valueAt(pointer: string, bytes: Uint8Array): HeldValue {
  const root = parsed(bytes)
  if (!isMapping(root)) return { ...brokenValue("it is not a JSON object"), isContent: true }
  const found = keysOf(pointer).reduce<unknown>(child, root)
  if (found === undefined) return brokenValue(`it has no ${pointer}`)
  if (typeof found !== "string" || found === "") return brokenValue(`its ${pointer} is not a string with text`)
  return { kind: "value", value: new Secret(found) }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8").replace(BOM, ""))
  } catch {
    return undefined
  }
}

function child(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return /^(?:0|[1-9]\d*)$/.test(key) ? value[Number(key)] : undefined
  return isMapping(value) && Object.hasOwn(value, key) ? (value as { readonly [key: string]: unknown })[key] : undefined
}

/** Checks whether a config's editor reads the same value there. */
function isEditable(bytes: Uint8Array, locator: string, held: HeldValue): boolean {
  if (held.kind !== "value") return false
  const [found] = unlessBroken(() => [formats.json5.find(bytes, locator)])
  return found?.kind === "value" && held.value.equals(found.value)
}

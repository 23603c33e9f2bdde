import type { FileSnapshot } from "../../hosts/host.ts"
import { utf16Mark } from "../../places/common/text.ts"
import { formats } from "../../places/index.ts"
import { brokenValue } from "./broken-value.ts"
import { composeCopies, composeSecretCopies } from "./compose/copies.ts"
import { configCopies, profileOf } from "./config-copies.ts"
import { type Base, collectCopies, copiesAt, type Reader, scriptCopy, textOf, variablesIn } from "./copy.ts"
import { dotenvCopies } from "./dotenv-copies.ts"
import type { File, HomeSnapshot } from "./home-snapshot.ts"
import type { Kind } from "./kinds.ts"
import type { PlaceCopy } from "./place-copy.ts"
import { heldInCrontab } from "./script-text.ts"
import { profileCopies, scriptCopies } from "./shells/copies.ts"
import { definitionCopies, dropInCopies } from "./unit-copies.ts"

/** Finds everything that may be a token in one file. */
export function copiesIn(file: File, look: FileSnapshot): PlaceCopy[] {
  const { kind, path, product, role } = file
  const seen = file.isLink && look.kind === "file" ? { ...file, targetMode: look.mode } : file
  const base = { kind, path, file: seen, ...(product ? { product } : {}), ...(role ? { role } : {}) }
  if (look.kind === "absent")
    return file.isLink ? [{ ...base, locator: "*", held: brokenValue("a link that leads nowhere") }] : []
  // It is empty: it only masks a unit or a drop-in of its name.
  if (file.target === "/dev/null") return []
  if (look.kind !== "file") return [{ ...base, locator: "*", held: brokenValue(look.reason) }]
  if (kind in unawareKinds && isUtf16(look.bytes)) {
    const held = brokenValue("is UTF-16 text, expected UTF-8: save it as UTF-8")
    return [{ ...base, locator: "*", held: { ...held, isContent: true } }]
  }
  return collectCopies(base, () => readers[kind]?.(base, look.bytes) ?? [])
}

const readers: { readonly [kind in Kind]?: Reader } = {
  config: configCopies,
  backup: configCopies,
  "secret file": (base, bytes) => copiesAt(base, bytes, "file", "*"),
  "token reader": credentialCopies,
  dotenv: (base, bytes) => dotenvCopies({ ...base, ...profileOf(base.file) }, bytes),
  "home dotenv": dotenvCopies,
  "compose dotenv": dotenvCopies,
  "unit env file": (base, bytes) => variablesIn(base, bytes, "environment-file"),
  "launch agent env file": (base, bytes) => variablesIn(base, bytes, "shell"),
  profile: profileCopies,
  script: scriptCopies,
  crontab: (base, bytes) => crontabCopies(base, textOf(bytes).split("\n")),
  "launch agent environment": definitionCopies,
  "unit environment": definitionCopies,
  "unit drop-in": dropInCopies,
  "compose environment": composeCopies,
  "compose secret": composeSecretCopies,
}

/** Kinds whose readers find nothing in UTF-16, without an error. */
const unawareKinds: { readonly [kind in Kind]?: true } = {
  ...{ dotenv: true, "home dotenv": true, "compose dotenv": true, "compose secret": true, script: true, crontab: true },
}

/** Checks for UTF-16: a byte order mark, or an ASCII letter at the start. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return false
  return (first === 0) !== (second === 0) || utf16Mark(bytes) !== undefined
}

/** Returns the credentials of a vault, which are as sensitive as the token. */
function credentialCopies({ file: _, ...base }: Base, bytes: Uint8Array): PlaceCopy[] {
  const found = formats.reader.find(bytes, "*")
  const path = found.kind === "reference" && typeof found.content === "object" ? found.content.credentials : undefined
  return typeof path === "string" ? [{ ...base, path, locator: "*", held: { kind: "credentials" } }] : []
}

/** Finds the copies in the user's own crontab, which is not a file. */
export function userCrontabCopies({ crontab, user }: HomeSnapshot): PlaceCopy[] {
  const base = { kind: "crontab", path: `crontab of ${user}` } as const
  return crontabCopies(base, crontab)
}

function crontabCopies(base: Omit<PlaceCopy, "locator" | "held">, lines: readonly string[]): PlaceCopy[] {
  return collectCopies(base, ...lines.map((line) => () => heldInCrontab(line).map((held) => scriptCopy(base, held))))
}

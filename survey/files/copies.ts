import type { FileSnapshot } from "../../hosts/host.ts"
import { utf16Mark } from "../../places/common/text.ts"
import { formats } from "../../places/index.ts"
import { composed, composeSecret } from "./compose/copies.ts"
import { configured, profileOf } from "./config-copies.ts"
import { at, type Base, broken, parts, type Reader, scriptCopy, textOf, variablesIn } from "./copy.ts"
import { dotenvCopies } from "./dotenv-copies.ts"
import type { File, HomeSnapshot } from "./home-snapshot.ts"
import type { Kind } from "./kinds.ts"
import type { PlaceCopy } from "./place-copy.ts"
import { heldInCrontab } from "./script-text.ts"
import { profile, scripted } from "./shells/copies.ts"
import { defined, dropIn } from "./unit-copies.ts"

/** Everything that may be a token in one file. */
export function copiesIn(file: File, look: FileSnapshot): PlaceCopy[] {
  const { kind, path, product, role } = file
  const seen = file.isLink && look.kind === "file" ? { ...file, targetMode: look.mode } : file
  const base = { kind, path, file: seen, ...(product ? { product } : {}), ...(role ? { role } : {}) }
  if (look.kind === "absent")
    return file.isLink ? [{ ...base, locator: "*", held: broken("a link that leads nowhere") }] : []
  // Nothing stands in it: it only keeps a unit or a drop-in of its name from being read.
  if (file.target === "/dev/null") return []
  if (look.kind !== "file") return [{ ...base, locator: "*", held: broken(look.reason) }]
  if (kind in unaware && isUtf16(look.bytes)) {
    const held = broken("is UTF-16 text, expected UTF-8: save it as UTF-8")
    return [{ ...base, locator: "*", held: { ...held, isContent: true } }]
  }
  return parts(base, () => readers[kind]?.(base, look.bytes) ?? [])
}

const readers: { readonly [kind in Kind]?: Reader } = {
  config: configured,
  backup: configured,
  "secret file": (base, bytes) => at(base, bytes, "file", "*"),
  "token reader": credentials,
  dotenv: (base, bytes) => dotenvCopies({ ...base, ...profileOf(base.file) }, bytes),
  "home dotenv": dotenvCopies,
  "compose dotenv": dotenvCopies,
  "unit env file": (base, bytes) => variablesIn(base, bytes, "environment-file"),
  "launch agent env file": (base, bytes) => variablesIn(base, bytes, "shell"),
  profile: profile,
  script: scripted,
  crontab: (base, bytes) => scheduled(base, textOf(bytes).split("\n")),
  "launch agent environment": defined,
  "unit environment": defined,
  "unit drop-in": dropIn,
  "compose environment": composed,
  "compose secret": composeSecret,
}

/** Kinds whose readers find nothing in UTF-16, and say nothing. */
const unaware: { readonly [kind in Kind]?: true } = {
  ...{ dotenv: true, "home dotenv": true, "compose dotenv": true, "compose secret": true, script: true, crontab: true },
}

/** With a byte order mark, or beginning with a letter of ASCII. */
function isUtf16(bytes: Uint8Array): boolean {
  const [first, second] = bytes
  if (first === undefined || second === undefined) return false
  return (first === 0) !== (second === 0) || utf16Mark(bytes) !== undefined
}

/** Its token is not on the disk, but what opens the vault may be: it is as good as a copy. */
function credentials({ file: _, ...base }: Base, bytes: Uint8Array): PlaceCopy[] {
  const found = formats.reader.find(bytes, "*")
  const path = found.kind === "reference" && typeof found.content === "object" ? found.content.credentials : undefined
  return typeof path === "string" ? [{ ...base, path, locator: "*", held: { kind: "credentials" } }] : []
}

/** The user's own crontab, which is no file that one reads. */
export function inCrontab({ crontab, user }: HomeSnapshot): PlaceCopy[] {
  const base = { kind: "crontab", path: `crontab of ${user}` } as const
  return scheduled(base, crontab)
}

function scheduled(base: Omit<PlaceCopy, "locator" | "held">, lines: readonly string[]): PlaceCopy[] {
  return parts(base, ...lines.map((line) => () => heldInCrontab(line).map((held) => scriptCopy(base, held))))
}

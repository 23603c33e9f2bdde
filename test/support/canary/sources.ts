/** Everything that is searched for secrets. The run fails if no scene searched one of them. */
export const sources = [
  "output",
  "verbose log",
  "scan",
  "doctor",
  "report",
  "history",
  "check",
  "plans",
  "state",
  "state's backups",
  "state's history",
  "Pulumi's own files",
  "PostgreSQL",
  "project",
  "home",
  "guard's files",
  "temporary files",
  "crash reports",
  "arguments",
  "environments",
] as const

export type Source = (typeof sources)[number]

/** What only the whole run searches, as it takes a database server. */
export const wholeOnly: readonly Source[] = ["PostgreSQL"]

/** Every kind of secret that is searched for. The run fails if no scene had one of them. */
export const kinds = [
  "token",
  "previous token",
  "next token",
  "adopted token",
  "foreign token",
  "password",
  "fingerprint key",
  "private key",
  "JWT",
  "guard's header",
  "passphrase",
  "vault's credential",
] as const

export type Kind = (typeof kinds)[number]

/** Files of a stack's folder, by their path in it; the first row that fits counts. */
const files: readonly (readonly [path: RegExp, source: Source])[] = [
  [/^backend\/\.pulumi\/stacks\/.*\.json$/, "state"],
  [/^backend\/\.pulumi\/(?:stacks|backups)\//, "state's backups"],
  [/^backend\/\.pulumi\/history\//, "state's history"],
  [/^(?:backend|pulumi)\b/, "Pulumi's own files"],
  [/^report\.html$/, "report"],
  [/^tmp\/.*\.plan$/, "plans"],
  [/^tmp\/crash\b/, "crash reports"],
  [/^home\/\.local\/state\/gatekey\/.*(?:guard|sidecar|laptop)/, "guard's files"],
  [/^home\b/, "home"],
  [/^project\b/, "project"],
]

export function sourceOfFile(path: string): Source {
  return files.find(([known]) => known.test(path))?.[1] ?? "temporary files"
}

const commands: readonly Source[] = ["scan", "doctor", "report", "history", "check"]

/** @param words a command line, without the program */
export function sourceOfOutput(program: "pulumi" | "gatekey", words: readonly string[]): Source {
  if (program === "gatekey") return commands.find((name) => name === words[0]) ?? "output"
  return words.some((word) => /^-v=\d/.test(word)) ? "verbose log" : "output"
}

/** Names of secrets that the scenes hide; the first row that fits counts. */
const names: readonly (readonly [name: RegExp, kind: Kind])[] = [
  [/private key/, "private key"],
  [/JWT/, "JWT"],
  [/header/, "guard's header"],
  [/^passphrase/, "passphrase"],
  [/^password/, "password"],
  [/credential/, "vault's credential"],
  [/^(?:adopted|weak|configured)/, "adopted token"],
]

export function kindOfName(name: string): Kind {
  return kinds.find((kind) => kind === name) ?? names.find(([known]) => known.test(name))?.[1] ?? "foreign token"
}

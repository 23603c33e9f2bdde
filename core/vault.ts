/** A declared vault for the token, without secrets. */
export type VaultSpec =
  | {
      /** 1Password (`onepassword`), or two programs (`exec`). */
      readonly provider: "onepassword"
      /** The vault, by its name or id. */
      readonly vault: string
      /** The item in it, by its name or id. */
      readonly item: string
      /** The label of the item's field with the token. Default: `token`. */
      readonly field?: string
    }
  | {
      readonly provider: "exec"
      /** The program and its arguments that print the token. */
      readonly read: readonly string[]
      /** The program and its arguments that read the token from standard input; for a `mirror`. */
      readonly write?: readonly string[]
    }

/** An item as a place: in place of a host, with the field as the path. */
export interface VaultPlace {
  /** `op://VAULT/ITEM`, or `exec:` and its programs. */
  readonly host: string
  /** `/token`, by the field's name. */
  readonly path: string
}

const source = "?role=source"
const reference = /^op:\/\/([\w. -]+)\/([\w. -]+?)(\?role=source)?$/

/** The characters of a 1Password reference; an item with another name is declared by its id. */
export const vaultNameRule = "letters, digits, spaces, dots, hyphens and underscores; else its id"

export function isVaultName(name: string): boolean {
  return /^[\w. -]+$/.test(name)
}

/** Creates the place of a vault. @param writes false if the vault is the source of the token */
export function createVaultPlace(spec: VaultSpec, writes: boolean): VaultPlace {
  if (spec.provider === "exec") {
    const { read, write } = spec
    return { host: `exec:${JSON.stringify(writes ? { read, write } : { read })}`, path: "/token" }
  }
  const { vault, item, field = "token" } = spec
  return { host: `op://${vault}/${item}${writes ? "" : source}`, path: `/${field}` }
}

/** Parses a place's host. @param path has the field @returns undefined if it is not a vault's item */
export function parseVault(host: string, path = "/token"): { spec: VaultSpec; writes: boolean } | undefined {
  if (host.startsWith("exec:")) return parsePrograms(host.slice("exec:".length))
  const [, vault, item, role] = reference.exec(host) ?? []
  if (vault === undefined || item === undefined) return undefined
  return { spec: { provider: "onepassword", vault, item, field: path.slice(1) }, writes: role === undefined }
}

/** Describes a vault's host for people. @returns undefined for other hosts */
export function describeVault(host: string): string | undefined {
  const parsed = parseVault(host)
  if (!parsed) return undefined
  const { spec } = parsed
  return spec.provider === "exec" ? spec.read.join(" ") : `op://${spec.vault}/${spec.item}`
}

function parsePrograms(json: string): { spec: VaultSpec; writes: boolean } | undefined {
  try {
    const { read, write } = JSON.parse(json) as { read?: unknown; write?: unknown }
    if (!isProgram(read) || (write !== undefined && !isProgram(write))) return undefined
    return { spec: { provider: "exec", read, ...(write ? { write } : {}) }, writes: write !== undefined }
  } catch {
    return undefined
  }
}

/** Checks a command without bars, which separate the parts of a place's id. */
function isProgram(words: unknown): words is string[] {
  return (
    Array.isArray(words) &&
    words.length > 0 &&
    words.every((word) => typeof word === "string" && word !== "" && !/[|\p{Cc}]/u.test(word))
  )
}

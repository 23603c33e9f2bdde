import { commandsIn } from "../script-text.ts"

const zshFiles = [".zshenv", ".zprofile", ".zshrc", ".zlogin"]
const bashFiles = [".bash_profile", ".bash_login", ".bashrc", ".bash_aliases", ".profile"]

/** Lists the files of the user's own that shells read when they start. */
export function startupFiles(home: string): string[] {
  return [...zshFiles, ...bashFiles].map((name) => `${home}/${name}`)
}

/** The further files that a startup file makes its shell read. */
export interface FurtherFiles {
  /** Absolute; shell patterns, too. */
  readonly paths: readonly string[]
  /** Some have a path that only the shell knows. */
  readonly hasUnknown: boolean
  /** What they set is exported, also without `export`. */
  readonly exportsAll: boolean
}

/** Finds the files that a startup file sources, and those of the folder that it sets as zsh's. */
export function furtherFiles(text: string, home: string): FurtherFiles {
  const variables = new Map<string, readonly string[]>([["HOME", [home]]])
  const sourced: (readonly string[] | undefined)[] = []
  for (const { words, before } of commandsIn(text)) {
    const raw = words.map(({ text }) => text)
    const [name = "", , ...items] = raw
    if (before?.text === "for")
      variables.set(
        name,
        items.flatMap((item) => expanded(item, variables) ?? []),
      )
    else for (const word of raw) assign(word, variables)
    const at = raw.findIndex((word) => /^\\?\.$|^source$/.test(word))
    const path = at === 0 || (at === 1 && /^(?:builtin|command)$/.test(name)) ? raw[at + 1] : undefined
    // A program's output is usually its completions.
    if (path !== undefined && !/^[<=]\(/.test(path))
      sourced.push(expanded(path, variables)?.filter((each) => each.startsWith("/")))
  }
  const own = variables.get("ZDOTDIR")?.flatMap((folder) => zshFiles.map((file) => `${folder}/${file}`)) ?? []
  const paths = [...own, ...sourced.flatMap((each) => each ?? [])]
  const hasUnknown = sourced.includes(undefined) || (/^[^#\n]*\bZDOTDIR=/m.test(text) && own.length === 0)
  return { paths: [...new Set(paths)], hasUnknown, exportsAll: /\bset\s+(?:-\w*a|-o\s+allexport)/.test(text) }
}

function assign(word: string, variables: Map<string, readonly string[]>): void {
  const [, name, value = ""] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? []
  const held = name === undefined ? undefined : expanded(value, variables)
  if (name !== undefined && held) variables.set(name, held)
}

const mostValues = 100

/** Expands the home and known variables in a word; undefined if it has others. */
function expanded(raw: string, variables: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const [home = ""] = variables.get("HOME") ?? []
  const bare = raw.replace(/["']/g, "").replace(/^~(?=\/|$)/, home)
  const found = /\$(?:\{(\w+)(?::?-([^{}]*(?:\{\w+\}[^{}]*)?))?\}|(\w+))/.exec(bare)
  if (!found) return /[$`()]/.test(bare) ? undefined : [bare]
  const [all, braced, fallback, plain] = found
  const values = variables.get(braced ?? plain ?? "") ?? (fallback === undefined ? undefined : [fallback])
  const whole = values?.map((value) => bare.slice(0, found.index) + value + bare.slice(found.index + all.length))
  const next = whole?.slice(0, mostValues).map((each) => expanded(each, variables))
  return next?.every((each) => each !== undefined) ? next.flat().slice(0, mostValues) : undefined
}

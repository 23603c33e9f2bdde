/** The files of which bash reads only the first that exists, at a login; the last position counts. */
export const exclusive = [".profile", ".bash_login", ".bash_profile"]

/** A shell that reads startup files before it starts a service's program. */
export interface StartupShell {
  readonly name: string
  readonly isLogin: boolean
  readonly isInteractive: boolean
}

/** Finds such a shell in a service's words: `bash -lc "…"`, `zsh -ic "…"`; zsh reads .zshenv in any case. */
export function startupShellIn(words: readonly string[]): StartupShell | undefined {
  const at = words.findIndex((word) => /^(?:.*\/)?(?:sh|bash|zsh|dash|ksh|fish|t?csh)$/.test(word))
  const name = words[at]?.replace(/^.*\//, "")
  if (name === undefined) return undefined
  const end = words.findIndex((word, index) => index > at && !word.startsWith("-"))
  const options = words.slice(at + 1, end < 0 ? undefined : end)
  const has = (letter: string, long: string) =>
    options.some((option) => option === long || (/^-\w+$/.test(option) && option.includes(letter)))
  const shell = { name, isLogin: has("l", "--login"), isInteractive: has("i", "--interactive") }
  return shell.isLogin || shell.isInteractive || name === "zsh" ? shell : undefined
}

const families: readonly (readonly [shell: RegExp, file: RegExp])[] = [
  [/^zsh$/, /\/\.?z(?:shenv|profile|shrc|login)$/],
  [/^fish$/, /\/fish\//],
  [/csh$/, /\/\.(?:t?cshrc|login)$/],
  [/^(?:ba|da|k)?sh$/, /\/\.(?:bash_\w+|bashrc|profile|kshrc)$|^\/etc\/(?:profile|bash)/],
]

/**
 * Checks whether such a shell reads a file at its start: `maybe` if another file may source it.
 * @returns undefined if it does not
 */
export function readsAtStartup(
  { name, isLogin, isInteractive }: StartupShell,
  path: string,
): "yes" | "maybe" | undefined {
  const family = families.find(([, file]) => file.test(path))
  if (family && !family[0].test(name)) return undefined
  const file = path.slice(path.lastIndexOf("/") + 1)
  const isZsh = name === "zsh"
  if (isZsh && /^\.?zshenv$/.test(file)) return "yes"
  if (isZsh && (isLogin ? /^\.z(?:profile|login)$/ : /^$/).test(file)) return "yes"
  if (isZsh && isInteractive && file === ".zshrc") return "yes"
  if (name === "bash" && isLogin && exclusive.includes(file)) return "yes"
  if (name === "bash" && isInteractive && !isLogin && file === ".bashrc") return "yes"
  if (/^(?:da|k)?sh$/.test(name) && isLogin && file === ".profile") return "yes"
  return isLogin || isInteractive ? "maybe" : undefined
}

import { type ProductName, productNames, type Role } from "../../products/product.ts"

/** What may be shown of a command line, and what it says of a gateway. */
export interface Command {
  readonly program: string
  readonly script?: string
  readonly gateway?: ProductName
}

/** What a process is for a product. */
export interface Running {
  readonly product: ProductName
  readonly role: Role
}

const interpreters = /^(node|nodejs|bun|deno|tsx|python[\d.]*|ruby|perl|php|java|sh|dash|bash|zsh|busybox)$/
const scripts = /\.(m?js|cjs|[mc]?ts|py|rb|pl|php|jar|sh|bash|zsh)$/

/**
 * @param program its file, or its name where the file cannot be seen
 * @param words all of its arguments, the program first; only the name of a script is kept of them
 */
export function commandOf(program: string, words: readonly string[]): Command {
  // A process may have written its whole command line, or a state, into its first word.
  const name = fileName(program.replace(/ \(deleted\)$/, "")) || fileName((words[0] ?? "").split(" ")[0] ?? "")
  const script = interpreters.test(name) ? scriptIn(words.slice(1)) : undefined
  const running = runningIn(words)
  const gateway = running?.role === "gateway" ? { gateway: running.product } : {}
  return { program: name, ...(script ? { script } : {}), ...gateway }
}

/** The first word that can only be a file; what follows `-e` or `-c` is code, and none. */
function scriptIn(words: readonly string[]): string | undefined {
  for (const [at, word] of words.entries()) {
    if (/^(-e|-c|-p|-pe|--eval(=.*)?|--print(=.*)?)$/.test(word)) return undefined
    if (word === "-m" && /^[\w.]+$/.test(words[at + 1] ?? "")) return words[at + 1]
    if (!word.startsWith("-") && (/^[/.~]/.test(word) || scripts.test(word))) return fileName(word)
  }
  return undefined
}

/** `openclaw gateway run` or `node run`, in any of the ways in which it is started; it then calls itself `openclaw-gateway`. */
export function runningIn(words: readonly string[]): Running | undefined {
  const [, title, role] = titleIn(words[0] ?? "")
  if (title) return running(title, role === "node" ? "node" : "gateway")
  // The product that was named before, with nothing but options since.
  let product: ProductName | undefined
  for (const [at, word] of words.entries()) {
    const after = words[at + 1] ?? "run"
    // Its other commands ask a gateway, and are none.
    const starts = word === "gateway" ? after === "run" || after.startsWith("-") : word === "node" && after === "run"
    if (starts && product) return running(product, word === "node" ? "node" : "gateway")
    const named = productNames.find((each) => names(word, each))
    if (named || !isOption(word, words[at - 1] ?? "")) product = named
  }
  return undefined
}

/** Whether all that is known of a command line is a name that a product gave to its process in place of it. */
export function isTitleOnly([first = "", ...rest]: readonly string[]): boolean {
  return titleIn(first).length > 0 && rest.every((word) => word === "")
}

function titleIn(word: string): readonly string[] {
  return /^(\w+)-(gateway|node)$/.exec(fileName(word).trim()) ?? []
}

function running(name: string, role: Role): Running | undefined {
  const product = productNames.find((product) => product === name)
  return product && { product, role }
}

/** An option, or the value of the one before. */
function isOption(word: string, before: string): boolean {
  return word.startsWith("-") || before.startsWith("-")
}

function names(word: string, product: ProductName): boolean {
  const file = fileName(word).replace(/\.[mc]?js$/, "")
  return file === product || word.includes(`/${product}/dist/`) || word.includes(`/${product}/bin/`)
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1)
}

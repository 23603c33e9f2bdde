import { type ProductName, productNames, type Role } from "../../products/product.ts"

/** The parts of a command line that may be shown, and the product whose gateway it is. */
export interface Command {
  readonly program: string
  readonly script?: string
  readonly gateway?: ProductName
}

/** The product and role of a process. */
export interface ProductProcess {
  readonly product: ProductName
  readonly role: Role
}

const interpreters = /^(node|nodejs|bun|deno|tsx|python[\d.]*|ruby|perl|php|java|sh|dash|bash|zsh|busybox)$/
const scripts = /\.(m?js|cjs|[mc]?ts|py|rb|pl|php|jar|sh|bash|zsh)$/

/**
 * Parses a command line.
 * @param program its file, or its name if the file cannot be read
 * @param words all of its arguments, the program first; only the name of a script is kept
 */
export function parseCommand(program: string, words: readonly string[]): Command {
  // A process may have overwritten its first argument with its whole command line, or a state.
  const name = fileName(program.replace(/ \(deleted\)$/, "")) || fileName((words[0] ?? "").split(" ")[0] ?? "")
  const script = interpreters.test(name) ? findScript(words.slice(1)) : undefined
  const toProductProcess = findProductProcess(words)
  const gateway = toProductProcess?.role === "gateway" ? { gateway: toProductProcess.product } : {}
  return { program: name, ...(script ? { script } : {}), ...gateway }
}

/** Finds the script: the first argument that can only be a file, and no code after `-e` or `-c`. */
function findScript(words: readonly string[]): string | undefined {
  for (const [at, word] of words.entries()) {
    if (/^(-e|-c|-p|-pe|--eval(=.*)?|--print(=.*)?)$/.test(word)) return undefined
    if (word === "-m" && /^[\w.]+$/.test(words[at + 1] ?? "")) return words[at + 1]
    if (!word.startsWith("-") && (/^[/.~]/.test(word) || scripts.test(word))) return fileName(word)
  }
  return undefined
}

/** Recognises `openclaw gateway run` and `node run` in all their forms, and their title, `openclaw-gateway`. */
export function findProductProcess(words: readonly string[]): ProductProcess | undefined {
  const [, title, role] = parseTitle(words[0] ?? "")
  if (title) return toProductProcess(title, role === "node" ? "node" : "gateway")
  // The last product name, if only options follow it.
  let product: ProductName | undefined
  for (const [at, word] of words.entries()) {
    const after = words[at + 1] ?? "run"
    // The other commands are clients of a gateway.
    const starts = word === "gateway" ? after === "run" || after.startsWith("-") : word === "node" && after === "run"
    if (starts && product) return toProductProcess(product, word === "node" ? "node" : "gateway")
    const named = productNames.find((each) => isProductFile(word, each))
    if (named || !isOption(word, words[at - 1] ?? "")) product = named
  }
  return undefined
}

/** Checks whether a command line is only a process title that a product has set. */
export function isTitleOnly([first = "", ...rest]: readonly string[]): boolean {
  return parseTitle(first).length > 0 && rest.every((word) => word === "")
}

function parseTitle(word: string): readonly string[] {
  return /^(\w+)-(gateway|node)$/.exec(fileName(word).trim()) ?? []
}

function toProductProcess(name: string, role: Role): ProductProcess | undefined {
  const product = productNames.find((product) => product === name)
  return product && { product, role }
}

/** Checks for an option, or the value of the option before. */
function isOption(word: string, before: string): boolean {
  return word.startsWith("-") || before.startsWith("-")
}

function isProductFile(word: string, product: ProductName): boolean {
  const file = fileName(word).replace(/\.[mc]?js$/, "")
  return file === product || word.includes(`/${product}/dist/`) || word.includes(`/${product}/bin/`)
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1)
}

import { type ProductName, productNames } from "../products/product.ts"

/** What may be shown of a command line, and what it says of a gateway. */
export interface Command {
  readonly program: string
  readonly script?: string
  readonly gateway?: ProductName
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
  const gateway = gatewayIn(words)
  return { program: name, ...(script ? { script } : {}), ...(gateway ? { gateway } : {}) }
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

/** `openclaw gateway run`, in any of the ways in which it is started; it then calls itself `openclaw-gateway`. */
function gatewayIn(words: readonly string[]): ProductName | undefined {
  const title = /^(\w+)-gateway$/.exec(fileName(words[0] ?? "").trim())?.[1]
  if (title) return productNames.find((product) => product === title)
  const at = words.indexOf("gateway")
  const [after = "run"] = words.slice(at + 1)
  // Its other commands ask a gateway, and are none.
  if (at < 1 || !(after === "run" || after.startsWith("-"))) return undefined
  return productNames.find((product) => {
    const start = words.slice(0, at).findIndex((word) => names(word, product))
    return start >= 0 && words.slice(start + 1, at).every(isOption)
  })
}

/** An option, or the value of the one before. */
function isOption(word: string, at: number, words: readonly string[]): boolean {
  return word.startsWith("-") || (words[at - 1] ?? "").startsWith("-")
}

function names(word: string, product: ProductName): boolean {
  const file = fileName(word).replace(/\.[mc]?js$/, "")
  return file === product || word.includes(`/${product}/dist/`) || word.includes(`/${product}/bin/`)
}

function fileName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1)
}

import type { FileSnapshot } from "../../hosts/host.ts"
import { shellValue } from "../../places/shell/value.ts"
import { findProductProcess } from "../../probes/listeners/command.ts"
import { type ProductName, productNames } from "../../products/product.ts"
import type { HomeSnapshot } from "./home-snapshot.ts"
import { commandsIn, heldInForeign, startedIn } from "./script-text.ts"
import type { Start } from "./start.ts"
import { unlessBroken } from "./unless-broken.ts"

/** Checks whether the values of a file that a script reads are known, by its raw path. */
type IsKnown = (path: string) => boolean

/**
 * Lists why a script's text does not reveal the credential of what it starts; undefined if it starts neither a gateway nor
 * a node.
 */
export function startIn(text: string, isKnown: IsKnown): Omit<Start, "by"> | undefined {
  const running = startedIn(text)
  if (!running) return undefined
  const commands = commandsIn(text).map(({ words }) => words.map((word) => word.text))
  const unknown = [
    ...namesIn(text, running.product),
    ...commands.flatMap((words) => [...unknownReads(words, isKnown), ...unknownInCommand(words)]),
  ]
  return { running, unknown: [...new Set(unknown)] }
}

/** Lists what a service's command leaves unknown; a word with blanks is read as a script. */
export function unknownInWords(words: readonly string[]): string[] {
  const scripts = words.filter((word) => /\s/.test(word))
  const own = unknownInCommand(words.map((word) => (/\s/.test(word) ? "''" : word)))
  return [...own, ...scripts.flatMap((text) => startIn(text, () => false)?.unknown ?? [])]
}

const commented = /^[ \t]*(?:#|\/\/).*$/gm

/** Lists credential variables that are named without a value. */
function namesIn(text: string, product: ProductName): string[] {
  const code = text.replace(commented, "")
  const literal = new Set(heldInForeign(text).map(({ locator }) => locator))
  const names = ["TOKEN", "PASSWORD"].map((end) => `${product.toUpperCase()}_GATEWAY_${end}`)
  return names
    .filter((name) => new RegExp(`\\b${name}\\b`).test(code) && !literal.has(name))
    .map((name) => `reads ${name} from elsewhere`)
}

/** Lists unknown values that a command reads into the shell. */
function unknownReads([name = "", path = ""]: readonly string[], isKnown: IsKnown): string[] {
  if (name === "eval") return ["evaluates what another command prints"]
  if (name !== "." && name !== "source") return []
  return isKnown(path) ? [] : ["reads a file whose values are not known"]
}

/** Programs that run a command with their own environment. */
const transparent =
  /^(?:exec|nohup|env|nice|ionice|setsid|time|timeout|stdbuf|caffeinate|command|builtin|sudo|node|nodejs|bun|npx|pnpm|yarn|npm|tini|dumb-init|sh|bash|zsh|dash|ksh|screen|tmux|flock|systemd-cat|unbuffer|start-stop-daemon|@(?:reboot|hourly|daily|midnight|weekly|monthly|yearly|annually))$/
/** Programs that do not run their arguments. */
const nonRunning = /^(?:echo|printf|grep|pgrep|pkill|kill|killall|which|type|man|alias|logger|say|notify-send)$/
const ourName = /(?:^|\/)(?:openclaw|clawdbot)(?:\.[mc]?js)?$|\/(?:openclaw|clawdbot)\/(?:dist|bin)\//

/** Lists unknown values in the command that starts it, and in the words before it. */
function unknownInCommand(words: readonly string[]): string[] {
  if (!findProductProcess(words) || nonRunning.test(baseOf(words[0] ?? ""))) return []
  const at = words.findIndex((word) => ourName.test(bare(word)))
  const before = words.slice(0, Math.max(at, 0))
  const flags = ["--token", "--password"].flatMap((flag) => {
    const next = words[words.indexOf(flag) + 1]
    const value =
      words.find((word) => word.startsWith(`${flag}=`))?.slice(flag.length + 1) ??
      (words.includes(flag) ? next : undefined)
    return value !== undefined && "expression" in shellValue(value) ? [`gets ${flag} from elsewhere`] : []
  })
  const carriers = before.filter((word, index) => isCarrier(word, before[index - 1]))
  const filled = before.some((word) => !/^\w+=/.test(word) && /[$`]/.test(word))
  return [
    ...flags,
    ...(carriers[0] === undefined ? [] : [`starts it through ${baseOf(carriers[0])}, which may give it a credential`]),
    ...(filled ? ["starts it with what another command prints"] : []),
  ]
}

/** Checks for a program that may add to the environment: `op run -- openclaw gateway`. */
function isCarrier(word: string, previous: string | undefined): boolean {
  const text = bare(word)
  if (/^(?:-|\w+=|[\d*,/.-]+[smhd]?$|[$`'"(]|$)/.test(text) || transparent.test(baseOf(text))) return false
  // The value of an option is not a program.
  return !(previous?.startsWith("-") && previous !== "--") && /^[\w./@+-]+$/.test(text)
}

function bare(word: string): string {
  return word.replace(/^(["'])(.*)\1$/, "$2")
}

function baseOf(word: string): string {
  const text = bare(word)
  return text.slice(text.lastIndexOf("/") + 1)
}

/** Lists the scripts and jobs of a home that start a gateway or a node with unknown values. */
export function startsOf(
  { files, home, crontab, user }: HomeSnapshot,
  looks: ReadonlyMap<string, FileSnapshot>,
): Start[] {
  const textOf = (path: string) => {
    const look = looks.get(path)
    return look?.kind === "file" ? Buffer.from(look.bytes).toString("utf8") : undefined
  }
  const isKnown = (path: string) => {
    const text = textOf(bare(path).replace(/^(?:~|\$HOME|\$\{HOME\})(?=\/)/, home))
    return (
      text !== undefined && productNames.every((product) => namesIn(text, product).length === 0) && !reads.test(text)
    )
  }
  const texts = files.flatMap(({ kind, path }): [string, string][] => {
    const text = kind === "script" ? textOf(path) : undefined
    return text === undefined ? [] : [[path, text]]
  })
  const jobs = crontab.map((line): [string, string] => [`crontab of ${user}`, line.replace(schedule, "")])
  return [...texts, ...jobs].flatMap(([by, text]) =>
    unlessBroken<Start>(() => {
      const start = startIn(text, isKnown)
      return start ? [{ by, ...start }] : []
    }),
  )
}

/** The schedule of a job, which its command follows. */
const schedule = /^\s*(?:@\w+|(?:[\d*][^\s]*\s+){4}[\w*][^\s]*)\s+/

const reads = /^[ \t]*(?:eval|source|\.)[ \t]/m

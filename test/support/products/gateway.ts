import { type ChildProcess, execFile, spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import type { ProductName } from "../../../products/product.ts"
import { strong } from "../tokens.ts"
import { request } from "./gateway-session.ts"
import { freePort } from "./listener.ts"

const products = resolve(import.meta.dirname, "../../../.tools/products")
const programs = {
  openclaw: join(products, "openclaw/node_modules/openclaw/openclaw.mjs"),
  clawdbot: join(products, "clawdbot/node_modules/clawdbot/dist/entry.js"),
}
const execute = promisify(execFile)
/** A gateway takes eight seconds on an idle machine. */
const patienceMilliseconds = 240_000
/** openclaw ends its own start if a thread of it does not begin within five seconds. */
export const triesOnABusyMachine = 3

/** Why no real product can be started; undefined where it can, and always where CI is set: nothing is skipped there. */
export function noProduct(name: ProductName): string | undefined {
  if (process.env.CI || existsSync(programs[name])) return undefined
  return `${name} is not installed: run tools/setup-products.sh ${name}`
}

/** The program and its arguments, as a service starts it. */
export function commandOf(name: ProductName, ...words: string[]): string[] {
  return [process.execPath, programs[name], ...words]
}

/** A start allocates much and keeps most: with more room it collects less often, for a tenth less CPU. No space: units have it bare. */
const collectsLess = "--max-semi-space-size=64"

/**
 * A home of its own, and nothing of this machine's: no announcement, no messenger, no update, no file outside. The last
 * is what the product's documentation advises for a supervised process.
 */
export function environmentOf(name: ProductName, home: string): Record<string, string> {
  const prefix = name.toUpperCase()
  const quiet = ["DISABLE_BONJOUR", "SKIP_CHANNELS", "NO_AUTO_UPDATE", "NO_RESPAWN"].map((each) => [
    `${prefix}_${each}`,
    "1",
  ])
  const path = `${dirname(process.execPath)}:/usr/bin:/bin`
  const own = { HOME: home, TMPDIR: join(home, "tmp"), PATH: path, NO_COLOR: "1", NODE_OPTIONS: collectsLess }
  return { ...Object.fromEntries(quiet), ...own }
}

/** Lets all homes use one cache of compiled modules: by default openclaw makes one of 40 MB in each home's TMPDIR. */
export function shareCompiled(home: string): void {
  const [own, shared] = [join(home, "tmp/node-compile-cache"), join(products, ".compiled")]
  for (const each of [dirname(own), shared]) mkdirSync(each, { recursive: true, mode: 0o700 })
  if (!existsSync(own)) symlinkSync(shared, own)
}

/** A real gateway on the loopback. */
export interface Gateway {
  readonly product: ProductName
  readonly home: string
  readonly port: number
  readonly token: string
  readonly pid: number
  /** The file of its config. */
  readonly config: string
  /** Whether its config refers to `secretFile`; else it holds a copy. */
  readonly refers: boolean
  /** Of an openclaw. */
  readonly secretFile: string
  /** The product's own command line, as the gateway's user: a start of the product, in place of `request`. */
  ask(...words: string[]): Promise<string>
  /** Asks the gateway by its WebSocket. */
  request<Answer>(method: string, params?: object): Promise<Answer>
  /** What the gateway knows of its nodes. */
  nodes(): Promise<readonly NodeStatus[]>
  /** Approves what its nodes may do; their pairing itself is silent on the loopback. */
  approve(): Promise<void>
  log(): string
  /** Ends the process; its home stays. */
  end(): Promise<void>
  stop(): Promise<void>
}

export interface NodeStatus {
  readonly displayName: string
  readonly connected: boolean
  readonly connectedAtMs?: number
}

export interface RunningNode {
  readonly home: string
  readonly pid: number
  log(): string
  /** Ends the process; its home stays. */
  end(): Promise<void>
  /** Starts it once more in its home. @param port another way to its gateway */
  again(port?: number): RunningNode
  stop(): Promise<void>
}

/**
 * Starts one in a home that goes with it.
 * @param token the one that its config accepts
 * @param more of the config's `gateway`
 * @param refers its config refers to a file, as gatekey declares it (openclaw); else it holds a copy
 */
export async function startGateway(
  product: ProductName = "openclaw",
  token = strong(),
  refers = false,
  more: { readonly [key: string]: unknown } = {},
): Promise<Gateway> {
  const port = await freePort()
  const common = { mode: "local", port, bind: "loopback", ...more }
  const home = homeOf(product, { gateway: { ...common, auth: { mode: "token", token } } })
  const [config, secretFile] = [
    join(home, `.${product}/${product}.json`),
    join(home, ".openclaw/gatekey/gateway-token"),
  ]
  if (refers) referTo(secretFile, token, config, common)
  let run = start(product, home, ["gateway", "run"])
  const ask = async (...words: string[]) => {
    const [program = "", ...args] = commandOf(product, ...words)
    const { stdout } = await execute(program, args, { cwd: home, env: environmentOf(product, home), timeout: 120_000 })
    return stdout
  }
  try {
    for (let left = triesOnABusyMachine; ; left--) {
      const ready = () => (more.tls ? accepts(port) : isReady(product, port))
      if (await until(ready, run, left === 0)) break
      run = start(product, home, ["gateway", "run"])
    }
  } catch (error) {
    await run.stop()
    throw error
  }
  const asks = <Answer>(method: string, params?: object) => request<Answer>({ product, port, config }, method, params)
  return {
    ...{ product, home, port, token, config, secretFile, refers, ask },
    ...run,
    request: asks,
    nodes: async () => (await asks<{ nodes: NodeStatus[] }>("node.list")).nodes,
    async approve() {
      const { pending } = await asks<{ pending: { requestId: string }[] }>("node.pair.list")
      for (const { requestId } of pending) await asks("node.pair.approve", { requestId })
    },
  }
}

/** What openclaw's config holds of a token that stands in a file. */
export const references = (path: string) => ({
  "secrets.providers.gatekey": { source: "file", mode: "singleValue", path },
  "gateway.auth.token": { source: "file", provider: "gatekey", id: "value" },
})

function referTo(file: string, token: string, config: string, gateway: object): void {
  const { "secrets.providers.gatekey": gatekey, "gateway.auth.token": auth } = references(file)
  mkdirSync(dirname(file), { mode: 0o700 })
  writeFileSync(file, `${token}\n`, { mode: 0o600 })
  const document = {
    secrets: { providers: { gatekey } },
    gateway: { ...gateway, auth: { mode: "token", token: auth } },
  }
  writeFileSync(config, JSON.stringify(document), { mode: 0o600 })
}

/** What each node printed since its last start, by its gateway's port and its name. */
const printed = new Map<string, () => string>()

/** Starts one that presents the gateway's token at its first pairing. */
export function startNode(gateway: Gateway, name = "node"): RunningNode {
  const { product, port, token } = gateway
  const remote = { url: `ws://127.0.0.1:${port}`, token }
  const home = homeOf(product, { gateway: { mode: "remote", remote } })
  const run = (way = port): RunningNode => {
    const file = join(home, "log")
    const before = existsSync(file) ? readFileSync(file).length : 0
    const started = start(product, home, nodeWords(way, name))
    printed.set(`${port} ${name}`, () => started.log().slice(before))
    return { home, ...started, again: run }
  }
  return run()
}

/** A node that never had a token. */
export function startFreshNode(name: string, port: number) {
  const home = homeOf("openclaw", { gateway: { mode: "remote", remote: { url: `ws://127.0.0.1:${port}` } } })
  let current: Started | undefined
  return {
    home,
    log: () => (existsSync(join(home, "log")) ? readFileSync(join(home, "log"), "utf8") : ""),
    run() {
      current = start("openclaw", home, nodeWords(port, name))
    },
    end: async () => current?.end(),
    stop: async () => current?.stop(),
  }
}

/** The arguments of a node. */
export function nodeWords(port: number, name: string): string[] {
  return ["node", "run", "--host", "127.0.0.1", "--port", String(port), "--display-name", name]
}

/** Until the gateway says that the node is connected; it is not asked before an openclaw's node has printed that it is. */
export async function connected(gateway: Gateway, name = "node"): Promise<NodeStatus> {
  const deadline = Date.now() + patienceMilliseconds
  const log = gateway.product === "openclaw" ? printed.get(`${gateway.port} ${name}`) : undefined
  const longest = Date.now() + 60_000
  while (log && !log().includes("node host gateway connected") && Date.now() < longest) await pause(100)
  for (;;) {
    const node = (await gateway.nodes()).find(({ displayName }) => displayName === name)
    if (node?.connected) return node
    if (Date.now() > deadline) throw new Error(`${name} is not connected:\n${gateway.log()}`)
    await pause(500)
  }
}

/** A home with a config in it. */
export function homeOf(product: ProductName, config: object): string {
  const home = mkdtempSync(join(tmpdir(), `gatekey-${product}-`))
  for (const each of [`.${product}`, "tmp"]) mkdirSync(join(home, each), { mode: 0o700 })
  writeFileSync(join(home, `.${product}/${product}.json`), JSON.stringify(config), { mode: 0o600 })
  shareCompiled(home)
  return home
}

interface Started {
  readonly pid: number
  readonly child: ChildProcess
  log(): string
  end(): Promise<void>
  stop(): Promise<void>
}

function start(product: ProductName, home: string, words: string[]): Started {
  const [program = "", ...args] = commandOf(product, ...words)
  const file = join(home, "log")
  const log = openSync(file, "a")
  const env = environmentOf(product, home)
  const child = spawn(program, args, { cwd: home, env, stdio: ["ignore", log, log] })
  const ended = once(child, "exit")
  const end = async () => {
    child.kill("SIGTERM")
    const timer = setTimeout(() => child.kill("SIGKILL"), 20_000)
    await ended
    clearTimeout(timer)
  }
  // Its home goes with it, so nothing has to be saved; its helpers end with it. Nodes and clawdbot are children of a launcher.
  const isAlone = product === "openclaw" && words[0] === "gateway"
  const leave = async () => {
    child.kill("SIGKILL")
    await ended
  }
  return {
    pid: child.pid ?? 0,
    child,
    log: () => readFileSync(file, "utf8"),
    end,
    async stop() {
      await (isAlone ? leave() : end())
      rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

/** Whether it takes clients. */
export async function isReady(product: ProductName, port: number): Promise<boolean> {
  if (product === "clawdbot") return accepts(port)
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1")
  try {
    await once(socket, "connect")
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** @returns false if the process ended, unless that was its last try */
async function until(holds: () => Promise<boolean>, { child, log }: Started, isLast: boolean): Promise<boolean> {
  const deadline = Date.now() + patienceMilliseconds
  while (!(await holds())) {
    if (child.exitCode !== null && !isLast) return false
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${log()}`)
    if (Date.now() > deadline) throw new Error(`it is not ready in time:\n${log()}`)
    await pause(100)
  }
  return true
}

import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { startUserManager, type UserManager } from "../hosts/systemd-user.ts"
import { commandOf, environmentOf, homeOf, isReady } from "../products/gateway.ts"
import { freePort } from "../products/listener.ts"
import type { Row } from "./rows.ts"

/** A gateway as a row says that somebody made it. */
export interface Running {
  readonly home: string
  readonly port: number
  /** For who asks the manager that started it. */
  readonly env: Readonly<Record<string, string>>
  /** The port of the gateway beside it. */
  readonly beside?: number
  /** How long it took to start. */
  readonly seconds: number
  /** How often it has started, and the one beside it, also by itself. */
  starts(): number
  log(): string
  /** Stops its process for a while, as if the machine had no time for it. */
  freeze(milliseconds: number): Promise<void>
  /** Starts it once more, or for the first time. @returns how long that took, in seconds */
  again(): Promise<number>
  stop(): Promise<void>
}

interface Started {
  log(): string
  pid(): number
  again(): void | Promise<void>
  /** Whether its process ended, where nothing starts it again. */
  isOver?(): boolean
  end(): Promise<void>
}

const startMilliseconds = 600_000
/** What a product says each time that it listens. */
const listens = {
  openclaw: /^.*\[gateway\] http server listening.*$/gm,
  clawdbot: /^.*\[gateway\] listening on .*\(PID.*$/gm,
}

/** Starts the gateway of a row, but for one that does not run. */
export async function startRow(row: Row, token: string): Promise<Running> {
  const { product = "openclaw" } = row
  const manager = row.started === "systemd --user" ? await startUserManager() : undefined
  const [port, other] = [await freePort(), await freePort()]
  const home = manager?.home ?? homeOf(product, {})
  const at = { home, token, port, other }
  const put = (path: string, text: string) => {
    mkdirSync(dirname(join(home, path)), { recursive: true, mode: 0o700 })
    writeFileSync(join(home, path), text, { mode: path.endsWith(".sh") ? 0o700 : 0o600 })
  }
  const { gateway, ...config } = row.config?.(at) ?? {}
  const common = { mode: "local", port, bind: "loopback", controlUi: { enabled: false } }
  put(`.${product}/${product}.json`, JSON.stringify({ ...config, gateway: { ...common, ...gateway } }))
  put("tmp/keep", "")
  for (const [path, text] of Object.entries(row.files?.(at) ?? {})) put(path, text)
  const env = { ...environmentOf(product, home), ...row.environment?.(at) }
  const words = row.started === "script" ? ["/bin/sh", join(home, "start.sh")] : commandOf(product, "gateway", "run")
  const flag = row.flag ? ["--token", token] : []
  const begin = () =>
    manager ? byUnit(manager, [...words, ...flag], env, row.unit?.(at)) : byCommand(words, env, home)
  let started: Started | undefined
  let beside: Started | undefined
  const stop = async () => {
    await Promise.all([started?.end(), beside?.end()])
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  }
  const timed = async (at = port) => {
    const begun = Date.now()
    for (const deadline = begun + startMilliseconds; !(await isReady(product, at)); await pause(200)) {
      // On a busy machine openclaw's own limits end its start.
      if (started?.isOver?.()) await started.again()
      if (Date.now() > deadline) throw new Error(`the gateway did not start: ${row.token}\n${started?.log()}`)
    }
    return (Date.now() - begun) / 1000
  }
  try {
    if (row.beside) {
      beside = byCommand(commandOf(product, "--profile", row.beside, "gateway", "run"), env, home)
      await timed(other)
    }
    if (row.started !== "nothing") started = begin()
    return {
      ...{ home, port, stop, ...(beside ? { beside: other } : {}) },
      env: manager ? { XDG_RUNTIME_DIR: manager.env.XDG_RUNTIME_DIR } : {},
      seconds: started ? await timed() : 0,
      starts: () => [started, beside].flatMap((each) => each?.log().match(listens[product]) ?? []).length,
      log: () => started?.log() ?? "",
      async freeze(milliseconds) {
        const pid = started?.pid() ?? 0
        process.kill(pid, "SIGSTOP")
        await pause(milliseconds)
        process.kill(pid, "SIGCONT")
      },
      async again() {
        if (started) await started.again()
        else started = begin()
        return timed()
      },
    }
  } catch (error) {
    await stop()
    throw error
  }
}

function byCommand([program = "", ...args]: string[], env: Record<string, string>, cwd: string): Started {
  let log = ""
  let pid = 0
  let over = false
  const run = () => {
    over = false
    // A pipe: what goes to a file is read by the scan.
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] })
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (log += text))
    pid = child.pid ?? 0
    const ended = once(child, "exit").then(() => {
      over = true
    })
    return async () => {
      child.kill("SIGKILL")
      await ended
    }
  }
  let end = run()
  return {
    log: () => log,
    pid: () => pid,
    isOver: () => over,
    end: () => end(),
    async again() {
      await end()
      end = run()
    },
  }
}

function byUnit(manager: UserManager, words: string[], env: Record<string, string>, more: readonly string[] = []) {
  const name = "openclaw-gateway.service"
  const log = join(manager.home, "tmp/log")
  const lines = Object.entries(env).map(([key, value]) => `Environment=${key}=${value}`)
  const service = ["[Service]", `ExecStart=${words.join(" ")}`, "Restart=always", `StandardOutput=append:${log}`]
  const unit = [...service, ...lines, ...more, "[Install]", "WantedBy=default.target", ""]
  manager.unit(name, unit.join("\n"))
  manager.systemctl("daemon-reload")
  manager.systemctl("--quiet", "enable", "--now", name)
  return {
    log: () => (existsSync(log) ? readFileSync(log, "utf8") : ""),
    pid: () => Number(manager.systemctl("show", "-p", "MainPID", "--value", name)),
    again: () => void manager.systemctl("restart", name),
    end: () => manager.stop(),
  }
}

import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { readFileSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { join } from "node:path"
import { whenFinished } from "../finished.ts"
import { folder } from "../hosts/machine.ts"
import { freePort } from "../products/listener.ts"
import { until } from "../until.ts"

/** The proxies whose configurations `docs/proxies.md` shows. */
export const shownProxies = ["nginx", "caddy"] as const
export type ShownProxy = (typeof shownProxies)[number]

/** Why the tests with that proxy cannot run here; with CI=true they must. */
export function noProxy(kind: ShownProxy): string | undefined {
  const version = { nginx: ["-v"], caddy: ["version"] }[kind]
  const isThere = process.env.CI === "true" || spawnSync(programs[kind], version).status === 0
  return isThere ? undefined : `no ${kind}`
}

const programs = { nginx: "/usr/sbin/nginx", caddy: "/usr/bin/caddy" }

/** What of the page's configuration is another machine's. */
export interface PageSettings {
  readonly name: string
  readonly gateway: number
  readonly header: string
  /** The file with the proxy's key and certificate. */
  readonly own: string
  /** The file with the certificates of its clients' authority. */
  readonly authority: string
}

const page = join(import.meta.dirname, "../../../docs/proxies.md")

/** Returns a proxy's configuration as the page shows it, with the settings of a test. */
export function configurationOf(kind: ShownProxy, port: number, settings: PageSettings): string {
  const language = { nginx: "nginx", caddy: "caddyfile" }[kind]
  const [, shown] = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "m").exec(readFileSync(page, "utf8")) ?? []
  if (shown === undefined) throw new Error(`docs/proxies.md has no configuration of ${kind}`)
  const replaced = [
    ["/home/me/.local/state/gatekey/studio-guard/own.pem", settings.own],
    ["/etc/ssl/gatekey-ca.pem", settings.authority],
    ["studio.local", settings.name],
    ["18443", String(port)],
    ["18789", String(settings.gateway)],
    ["x-gk-REPLACE-ME", settings.header],
  ] as const
  return replaced.reduce((text, [from, to]) => substitute(text, from, to), shown)
}

/** Replaces a string that must be there. */
export function substitute(text: string, from: string, to: string): string {
  if (!text.includes(from)) throw new Error(`the configuration has no ${from}`)
  return text.replaceAll(from, to)
}

export interface RunningProxy {
  readonly port: number
  stop(): Promise<void>
}

interface Start extends PageSettings {
  /** Default: a free one. */
  readonly port?: number
  /** A fault in its configuration. */
  readonly plant?: (configuration: string) => string
}

/** Starts the proxy of the page, until the test ends. Its service, if the package has started one, has other ports. */
export async function startShown(
  kind: ShownProxy,
  { plant = (text) => text, port: given, ...settings }: Start,
): Promise<RunningProxy> {
  const at = folder()
  const port = given ?? (await freePort())
  const configuration = plant(configurationOf(kind, port, settings))
  const file = join(at, "configuration")
  writeFileSync(file, { nginx: nginxFile, caddy: caddyFile }[kind](at, configuration))
  const words = {
    nginx: ["-p", at, "-c", file, "-g", "daemon off;"],
    caddy: ["run", "--adapter", "caddyfile", "--config", file],
  }[kind]
  const env = { ...process.env, XDG_DATA_HOME: join(at, "data"), XDG_CONFIG_HOME: join(at, "config") }
  const child = spawn(programs[kind], words, { cwd: at, env, stdio: ["ignore", "pipe", "pipe"] })
  let log = ""
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk) => {
      log += chunk
    })
  const stop = () => stopProxy(child)
  whenFinished(stop)
  await until(async () => child.exitCode !== null || (await isOpen(port)))
  if (child.exitCode !== null) throw new Error(log)
  return { port, stop }
}

async function stopProxy(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, "exit")
  child.kill("SIGTERM")
  await ended
}

/** The page's part is one of `conf.d`; what is around it is Debian's, but for its folders. */
function nginxFile(at: string, configuration: string): string {
  const folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${at}/${name};`)
  return `worker_processes 1;
${process.getuid?.() === 0 ? "user root;" : ""}
pid ${at}/nginx.pid;
error_log stderr;
events {}
http {
access_log off;
${folders.join("\n")}
${configuration}}
`
}

/** Turns off what has a port of its own. */
function caddyFile(at: string, configuration: string): string {
  const options = `{\n    admin off\n    storage file_system ${join(at, "data")}\n    auto_https disable_redirects\n`
  return substitute(configuration, "{\n    # Nodes", `${options}    # Nodes`)
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy()
      resolve(true)
    })
    socket.on("error", () => resolve(false))
  })
}

import { execFile, execFileSync, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import { noPlainUser, ownerOf } from "../engine/machine.ts"
import { freePort } from "../products/listener.ts"

/** Debian's, of whichever version. */
const binaries = globSync("/usr/lib/postgresql/*/bin").sort().at(-1)

/** Why this machine cannot run a PostgreSQL server of its own; undefined where it can, and always where CI is set. */
export const noPostgres: string | undefined = process.env.CI ? undefined : obstacle()

function obstacle(): string | undefined {
  return binaries === undefined ? "no PostgreSQL server is installed: apt-get install postgresql" : noPlainUser
}

/** A PostgreSQL server on the loopback, with TLS, and in it a database whose owner is a plain user. */
export interface Postgres {
  /** What `pulumi login` takes. The password is not in it. */
  readonly url: string
  /** Where the owner's password is: in libpq's own file, which Pulumi reads as well. */
  readonly env: Readonly<Record<"PGPASSFILE", string>>
  readonly password: string
  /** One statement, by the server's administrator. @returns its rows, a line each, columns apart by a tab */
  query(statement: string): Promise<string>
  /** Writes the newest of the states that Pulumi keeps there, one of each update, to a file that can be imported. */
  keptState(file: string, before?: number): Promise<void>
  /** The server's own files, raw: tables, indexes, the log that it writes ahead, its messages. */
  files(): { readonly name: string; readonly bytes: Buffer }[]
  start(): Promise<void>
  /** With SIGQUIT it crashes: the next start mends it from the log. */
  end(signal: "SIGINT" | "SIGQUIT"): Promise<void>
  stop(): Promise<void>
}

/** The server refuses to run as root, so root has a plain user run it. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-postgres-"))
  const owner = ownerOf(true)
  const at = (name: string) => join(folder, name)
  const program = (name: string) => join(binaries ?? "", name)
  const keep = (name: string, text: string) => writeFileSync(at(name), text, { mode: 0o600 })
  const [password, administrator] = [randomBytes(12).toString("hex"), randomBytes(12).toString("hex")]
  const port = await freePort()
  const env = { PGPASSFILE: at("pgpass") }
  let server: ReturnType<typeof spawn> | undefined

  const query = async (statement: string, database = "gatekey") => {
    const words = [
      "-XAtq",
      "-F\t",
      "-h",
      "127.0.0.1",
      "-p",
      `${port}`,
      "-U",
      "postgres",
      "-d",
      database,
      "-c",
      statement,
    ]
    const options = { env: { PGPASSFILE: at("administrator") }, maxBuffer: 1 << 28 }
    return (await promisify(execFile)(program("psql"), words, options)).stdout
  }
  const start = async () => {
    const settings = {
      ...{ listen_addresses: "127.0.0.1", port, unix_socket_directories: "", fsync: "off" },
      ...{ ssl: "on", ssl_cert_file: at("cert.pem"), ssl_key_file: at("key.pem") },
    }
    const set = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    const words = [...owner.prefix, program("postgres"), "-D", at("data"), ...set]
    server = spawn("/bin/sh", ["-c", 'exec "$@" >>"$0" 2>&1', at("messages"), ...words], { stdio: "ignore" })
    for (let tries = 0; ; tries++) {
      if (await query("SELECT 1", "postgres").then(Boolean, () => false)) return
      if (tries > 400 || server.exitCode !== null) throw new Error(`postgres: ${readFileSync(at("messages"), "utf8")}`)
      await pause(50)
    }
  }
  const end = async (signal: "SIGINT" | "SIGQUIT") => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, "exit")
    server.kill(signal)
    await ended
  }
  const stop = async () => {
    await end("SIGINT")
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    keep("pgpass", `127.0.0.1:${port}:*:gatekey:${password}\n`)
    keep("administrator", `127.0.0.1:${port}:*:postgres:${administrator}\n`)
    keep("first", administrator)
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-days", "2"]
    const names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", at("key.pem"), "-out", at("cert.pem")]
    execFileSync("openssl", [...request, ...names], { stdio: "pipe" })
    for (const name of ["", "first", "key.pem"]) owner.give(at(name))
    const [file = "", ...words] = [...owner.prefix, program("initdb"), "-D", at("data"), "-U", "postgres", "--no-sync"]
    execFileSync(file, [...words, "--auth=scram-sha-256", `--pwfile=${at("first")}`, "--locale=C.UTF-8"], {
      stdio: "pipe",
    })
    await start()
    await query(`CREATE ROLE gatekey LOGIN PASSWORD '${password}'`, "postgres")
    await query("CREATE DATABASE gatekey OWNER gatekey", "postgres")
  } catch (error) {
    await stop()
    throw error
  }
  return {
    url: `postgres://gatekey@127.0.0.1:${port}/gatekey?sslmode=verify-full&sslrootcert=${at("cert.pem")}`,
    ...{ env, password, query, start, end, stop },
    async keptState(file, before = 0) {
      const kept = await query(
        `SELECT convert_from(decode(data->>'data', 'base64'), 'UTF8') FROM pulumi_state
         WHERE key LIKE '%/backups/gatekey/dev/%' ORDER BY key DESC LIMIT 1 OFFSET ${before}`,
      )
      const { version, checkpoint } = JSON.parse(kept)
      writeFileSync(file, JSON.stringify({ version, deployment: checkpoint.latest }))
    },
    files: () =>
      ["data", "messages"]
        .flatMap((name) => globSync(`${at(name)}{,/**}`, { withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((path) => ({ name: relative(folder, path), bytes: readFileSync(path) })),
  }
}

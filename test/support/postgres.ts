import { execFile, execFileSync, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import { existsSync, globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { promisify } from "node:util"
import { noPlainUser, ownerOf } from "./engine-machine.ts"
import { freePort } from "./listener.ts"

/** Debian's, of whichever version. */
const binaries =
  globSync("/usr/lib/postgresql/*/bin/postgres")
    .sort()
    .at(-1)
    ?.replace(/postgres$/, "") ?? ""

/** Why this machine cannot run a PostgreSQL server of its own; undefined where it can, and always where CI is set. */
export const noPostgres: string | undefined = process.env.CI
  ? undefined
  : binaries === ""
    ? "no PostgreSQL server is installed (apt-get install postgresql)"
    : noPlainUser

const user = "gatekey"

/** A PostgreSQL server with one empty database, on the loopback. */
export interface Postgres {
  /** What `pulumi login` takes. The password is not in it. */
  readonly url: string
  /** Where its clients find the password: libpq's own file, which Pulumi reads as well. */
  readonly env: Readonly<Record<"PGPASSFILE", string>>
  readonly password: string
  /** One statement. @returns its rows, a line each, columns apart by a tab */
  query(statement: string): Promise<string>
  /** Everything that the server keeps, its own files raw: tables, indexes, the log that it writes ahead, its messages. */
  files(): { readonly name: string; readonly bytes: Buffer }[]
  start(): Promise<void>
  /** `SIGQUIT` is a crash: what was not written is mended from the log at the next start. */
  end(signal: "SIGINT" | "SIGQUIT"): Promise<void>
  stop(): Promise<void>
}

/** It refuses to run as root, so root has a plain user run it. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-postgres-"))
  const owner = ownerOf(true)
  const [data, messages, pgpass] = ["data", "messages", "pgpass"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const password = randomBytes(12).toString("hex")
  const port = await freePort()
  owner.give(folder)
  mkdirSync(data, { mode: 0o700 })
  owner.give(data)
  for (const [name, text] of [
    ["password", password],
    ["messages", ""],
  ] as const) {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    owner.give(join(folder, name))
  }
  writeFileSync(pgpass, `127.0.0.1:${port}:*:${user}:${password}\n`, { mode: 0o600 })

  const [setpriv = "", ...asPlain] = [...owner.prefix, join(binaries, "initdb")]
  const options = ["--auth=scram-sha-256", `--pwfile=${join(folder, "password")}`, "--no-sync", "--locale=C.UTF-8"]
  execFileSync(setpriv, [...asPlain, "-D", data, "-U", user, ...options], { stdio: "pipe" })

  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: "", fsync: "off" }
  let server: ReturnType<typeof spawn> | undefined
  const env = { PGPASSFILE: pgpass }
  const psql = promisify(execFile)
  const query = async (statement: string, database = "state") => {
    const words = ["-XAtq", "-F\t", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", `${port}`, "-U", user]
    const { stdout } = await psql(join(binaries, "psql"), [...words, "-d", database, "-c", statement], {
      env,
      maxBuffer: 1 << 28,
    })
    return stdout
  }
  const start = async () => {
    const words = [...owner.prefix, join(binaries, "postgres"), "-D", data]
    const set = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`])
    // A shell, so that its messages go to a file that is its own.
    const [file = "", ...args] = [...words, ...set]
    server = spawn("/bin/sh", ["-c", `exec "$@" >>'${messages}' 2>&1`, "sh", file, ...args], { stdio: "ignore" })
    for (let tries = 0; ; tries++) {
      if (await query("SELECT 1", "postgres").then(Boolean, () => false)) return
      if (tries > 200 || server.exitCode !== null) throw new Error(`postgres: ${readFileSync(messages, "utf8")}`)
      await pause(50)
    }
  }
  const end = async (signal: "SIGINT" | "SIGQUIT") => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return
    const ended = once(server, "exit")
    server.kill(signal)
    await ended
  }
  const made: Postgres = {
    url: `postgres://${user}@127.0.0.1:${port}/state?sslmode=disable`,
    ...{ env, password, query, start, end },
    files: () =>
      (readdirSync(folder, { recursive: true, withFileTypes: true }) as import("node:fs").Dirent[])
        .filter((entry) => entry.isFile() && !["password", "pgpass"].includes(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .filter(existsSync)
        .map((path) => ({ name: path.slice(folder.length + 1), bytes: readFileSync(path) })),
    async stop() {
      await end("SIGINT")
      rmSync(folder, { recursive: true, force: true })
    },
  }
  try {
    await start()
    await query("CREATE DATABASE state", "postgres")
    return made
  } catch (error) {
    await made.stop()
    throw error
  }
}

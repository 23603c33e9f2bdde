import { execFileSync } from "node:child_process"
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { parse, stringify } from "yaml"
import { shellSession } from "../cli/shell-session.ts"
import { inlineProgram } from "../engine/inline-program.ts"
import { engineEnvironment, path } from "../engine/machine.ts"
import { root } from "../engine/program.ts"
import { type Farm, startFarm } from "../hosts/ssh-farm.ts"
import { type Gateway, startGateway } from "../products/gateway.ts"

/** What the user of the docs has: a project with the stack `home` in git, the nodes of its pages, a host by ssh. */
export interface Scene {
  readonly folder: string
  readonly project: string
  /** The user's home: that of the gateway. */
  readonly home: string
  /** The home of the node `tw`. */
  readonly tw: string
  /** A real one, in the user's home. */
  readonly gateway: Gateway
  readonly env: Readonly<Record<string, string>>
  write(path: string, text: string, mode?: number): void
  /** Declares the fleet with that generation, and commits it. @param more further keys, under `gatekey:` */
  declare(rotation: number, message: string, more?: Readonly<Record<string, unknown>>): void
  git(...args: string[]): string
  /** Runs lines in a shell. @returns what they printed, and each command that failed, as `CODE COMMAND` */
  run(lines: string): Promise<Ran>
  /** Keeps what has to end with the scene, such as a server. */
  ending(end: () => Promise<void>): void
  end(): Promise<void>
}

export interface Ran {
  readonly output: string
  readonly failed: readonly string[]
}

export async function startScene(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), "gatekey-docs-"))
  const at = (...names: string[]) => join(folder, ...names)
  const [project, tw, failures] = [at("fleet"), at("tw"), at("failures")]
  for (const each of ["fleet", "tw", "bin", "backend", "pulumi", "fleet/node_modules/.bin"])
    mkdirSync(at(each), { recursive: true, mode: 0o700 })
  const write: Scene["write"] = (name, text, mode = 0o600) => {
    mkdirSync(dirname(name), { recursive: true, mode: 0o700 })
    writeFileSync(name, text, { mode })
  }
  const farm = await startFarm(1, { logins: { me: "/bin/sh" } })
  layProject(project)
  const gateway = await startGateway("openclaw", undefined, true)
  const { home, port } = gateway
  const env = {
    ...engineEnvironment,
    ...{ HOME: home, TMPDIR: folder, PULUMI_HOME: at("pulumi"), PULUMI_BACKEND_URL: `file://${at("backend")}` },
    ...{ PULUMI_CONFIG_PASSPHRASE: "only for this test", PULUMI_SKIP_CONFIRMATIONS: "true" },
    ...{ GIT_AUTHOR_NAME: "Ann", GIT_AUTHOR_EMAIL: "ann@example.org", GIT_EDITOR: "true" },
    ...{ GIT_COMMITTER_NAME: "Ann", GIT_COMMITTER_EMAIL: "ann@example.org", GIT_CONFIG_NOSYSTEM: "1" },
    ...{ PATH: `${at("bin")}:${path}`, GATEKEY_SSH_CONFIG: at("ssh_config") },
    ...{ npm_config_update_notifier: "false", npm_config_audit: "false" },
  }
  const inline = inlineProgram(join(project, "stacks/index.ts"), { cwd: project, env })
  const [word = ""] = await inline.wordsFor("preview")
  layPrograms(at("bin"), word, at("ssh_config"))
  layHosts(at("ssh_config"), farm)
  const session = shellSession(project, env)
  await session.run(`trap '${trap(failures)}' DEBUG`)
  const git = (...args: string[]) => execFileSync("git", args, { cwd: project, env, encoding: "utf8" }).trim()
  const config = join(project, "Pulumi.home.yaml")
  const run: Scene["run"] = async (lines) => {
    rmSync(failures, { force: true })
    const output = await session.run(`{ cd '${project}'; ${lines}\n}; :`)
    const failed = existsSync(failures) ? readFileSync(failures, "utf8").trim().split("\n") : []
    return { output, failed: [...new Set(failed)] }
  }
  const ends: (() => Promise<void>)[] = []
  const scene: Scene = {
    ...{ folder, project, home, tw, gateway, env, write, git, run },
    ending: (end) => void ends.push(end),
    declare(rotation, message, more = {}) {
      const { config: _, ...salt } = existsSync(config) ? parse(readFileSync(config, "utf8")) : {}
      const from = `local|${gateway.secretFile}|*`
      const member = { host: "local", service: "none", predecessor: false }
      const fleet = {
        "gatekey:token": { rotation, maxAge: "30d", keep: 5, protect: false, adopt: { from } },
        "gatekey:gateways": { studio: { ...member, home, manager: "process", port } },
        "gatekey:nodes": { tw: { ...member, home: tw, manager: "launchd", stray: false } },
      }
      const further = Object.fromEntries(Object.entries(more).map(([key, value]) => [`gatekey:${key}`, value]))
      writeFileSync(config, stringify({ ...salt, config: { ...fleet, ...further } }))
      git("add", ".")
      git("commit", "--quiet", "--message", message)
    },
    async end() {
      session.end()
      for (const end of ends) await end()
      await inline.end()
      await gateway.stop()
      await farm.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  git("init", "--quiet")
  appendFileSync(join(project, ".git/info/exclude"), "node_modules\nPulumi.found.yaml\n")
  return scene
}

/** Keeps each command that failed, `&&` lists included: `set -e` and ERR skip those. */
function trap(file: string): string {
  return `code=$?; [ $code -eq 0 ] || printf "%s %s\\n" "$code" "$last" >>"${file}"; last=$BASH_COMMAND`
}

/** Lays a project as `gatekey init` makes it, but that its packages are this clone. */
function layProject(project: string): void {
  const providers = [{ name: "gatekey", path: join(root, "provider") }]
  const runtime = { name: "nodejs", options: { typescript: false } }
  const manifest = { private: true, type: "module" }
  writeFileSync(
    join(project, "Pulumi.yaml"),
    stringify({ name: "gatekey", main: "stacks/index.ts", runtime, plugins: { providers } }),
  )
  writeFileSync(join(project, "package.json"), JSON.stringify(manifest))
  mkdirSync(join(project, "stacks"))
  writeFileSync(join(project, "stacks/index.ts"), `export * from ${JSON.stringify(join(root, "stacks/index.ts"))}\n`)
  symlinkSync(join(root, "cli/gatekey"), join(project, "node_modules/.bin/gatekey"))
  symlinkSync(root, join(project, "node_modules/pulumi-gatekey"))
  symlinkSync(join(root, "node_modules/@pulumi"), join(project, "node_modules/@pulumi"))
  symlinkSync(join(root, "examples"), join(project, "examples"))
}

/** Puts before Pulumi what keeps the program between its commands, and before ssh the test's own hosts. */
function layPrograms(bin: string, word: string, config: string): void {
  const real = execFileSync("sh", ["-c", "command -v pulumi"], { env: { PATH: path }, encoding: "utf8" }).trim()
  const programs = {
    pulumi: `case $1 in preview | up) exec '${real}' "$@" ${word} ;; esac\nexec '${real}' "$@"`,
    ssh: `exec /usr/bin/ssh -F '${config}' "$@"`,
  }
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
}

/** Gives the farm's host the names of the docs. */
function layHosts(config: string, farm: Farm): void {
  const host = farm.host(1)
  const names = `Host tw.local studio\n  HostName ${host.address}\n  HostKeyAlias ${host.name}\n`
  writeFileSync(config, names + readFileSync(farm.config, "utf8"))
}

import { execFile } from "node:child_process"
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { commandOf, environmentOf, shareCompiled } from "../products/gateway.ts"

export interface Operator {
  /** A folder of its own. */
  readonly home: string
  /** The program that prints its access tokens. */
  readonly program: string
  readonly guard: { readonly port: number; readonly authority: string }
  /** Of each token; seconds. */
  readonly life: number
}

/** Sets up openclaw's own command line, as `docs/jwt.md` has it. @returns `openclaw nodes status` */
export function operatorCommand({ home, program, guard, life }: Operator) {
  mkdirSync(join(home, "tmp"))
  mkdirSync(join(home, ".openclaw"), { mode: 0o700 })
  const exec = {
    ...{ source: "exec", command: program, args: ["--bearer", "--lifetime", String(life)] },
    ...{ jsonOnly: false, timeoutMs: 20_000 },
  }
  const remote = {
    url: `wss://127.0.0.1:${guard.port}`,
    token: "a guard asks for no token",
    edgeAuth: { Authorization: { source: "exec", provider: "jwt", id: "token" } },
  }
  const config = { secrets: { providers: { jwt: exec } }, gateway: { mode: "remote", remote } }
  writeFileSync(join(home, ".openclaw/openclaw.json"), JSON.stringify(config), { mode: 0o600 })
  const [file = "", ...words] = commandOf("openclaw", "nodes", "status", "--json", "--timeout", "120000")
  shareCompiled(home)
  const env = { ...environmentOf("openclaw", home), SHELL: "/bin/sh", NODE_EXTRA_CA_CERTS: guard.authority }
  return async (): Promise<unknown> => {
    const { stdout } = await promisify(execFile)(file, words, { cwd: home, env, timeout: 240_000 })
    return JSON.parse(stdout.slice(stdout.indexOf("{")))
  }
}

const accessToken = /eyJ[\w-]+\.[\w-]+\.[\w-]{86}/

/** The files below a folder with an access token in them. */
export function filesWithTokens(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter(
      (file) => statSync(file, { throwIfNoEntry: false })?.isFile() && accessToken.test(readFileSync(file, "utf8")),
    )
}

import { execFile, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { expect, onTestFinished } from "vitest"
import { type Fleet, root, type TokenDeclaration } from "../engine/program.ts"
import { secretsIn } from "../engine/state.ts"
import { type Workspace, workspace } from "../engine/workspace.ts"
import { detector, type Haystack } from "./canary.ts"
import { files, places as known } from "./fleet.ts"
import { keySecrets } from "./guard-secrets.ts"
import { recorder } from "./record.ts"

const execute = promisify(execFile)

/** Of keys as PEM, what is not in certificates and public keys as well. */
function partsOf(secret: string): string[] {
  const keys = secret.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END [A-Z ]+-----/g)
  return keys ? keys.flatMap((pem) => keySecrets("the state", pem).map(([, value]) => value)) : [secret]
}

/** One stack's life, with everything recorded. */
export interface Run {
  readonly space: Workspace
  /** Runs a command, and records all that can be seen of it. */
  says(code: number, ...args: string[]): Promise<string>
  /** The report of a preview, as Markdown and as a page. */
  report(preview: string): void
  /** What `gatekey scan` says of the home. @returns what they printed */
  look(...args: string[]): Promise<string>
  hide(name: string, value: string): string
  declare(token: TokenDeclaration, places: Fleet["places"], more?: More): void
  /** Records the files and processes as they are now. */
  record(): Promise<void>
  /** No secret is in anything that was recorded. */
  nothing(): Promise<void>
  /** How often one is in what was left out as the engine's own doing. */
  cut(): number
}

/** What a fleet has beside its token and its places. */
type More = Omit<Fleet, "token" | "places">

/**
 * @param engines what of it is the engine's own doing
 * @param allowed names of further files below the home, and of folders, in which secrets are
 */
export async function opened(
  token: TokenDeclaration,
  engines?: RegExp,
  {
    places = known,
    env = {},
    more = {},
    allowed = [],
  }: {
    places?: Fleet["places"]
    env?: Readonly<Record<string, string>>
    more?: More
    allowed?: readonly string[]
  } = {},
): Promise<Run> {
  const own = (folder: string) => ({ NODE_COMPILE_CACHE: join(folder, "cache"), ...env })
  const space = await workspace({ token, places, ...more }, own)
  const record = recorder(space.folder)
  onTestFinished(async () => {
    await record.end()
    space.remove()
  })
  const secrets = new Map<string, string>()
  const left = [
    ...[...files, ...allowed].map((name) => space.at(name)),
    join(space.project, "node_modules"),
    join(space.folder, "passphrase"),
  ]
  const ours = ({ name, bytes }: Haystack) => ({
    name,
    bytes: engines ? Buffer.from(bytes.toString("latin1").replace(engines, ""), "latin1") : bytes,
  })
  const learn = () => {
    for (const value of secretsIn(space.state()).flatMap(partsOf)) {
      if (![...secrets.values()].includes(value)) secrets.set(`secret ${secrets.size} of the state`, value)
    }
  }
  return {
    space,
    async says(expected, ...args) {
      const { code, output } = await space.run(...args)
      const step = `pulumi ${args.join(" ")}`
      record.output(step, output)
      record.files(space.folder, left)
      await record.processes()
      learn()
      expect(detector(secrets).find(ours({ name: step, bytes: Buffer.from(output) }))).toEqual([])
      expect(code, output).toBe(expected)
      return output
    },
    report(preview) {
      const page = join(space.folder, "report.html")
      const { stdout, stderr } = spawnSync(join(root, "cli/gatekey"), ["report", "--html", page], {
        input: preview,
        encoding: "utf8",
      })
      expect(readFileSync(page, "utf8"), stderr).toContain("<h1>")
      record.output("gatekey report", stdout + stderr)
      record.files(space.folder, left)
    },
    async look(...args) {
      const ended = execute(join(root, "cli/gatekey"), args, { cwd: space.project, env: space.env })
      const { stdout, stderr } = await ended.catch((error: { stdout: string; stderr: string }) => error)
      record.output(`gatekey ${args.join(" ")}`, stdout + stderr)
      await record.processes()
      return stdout
    },
    hide(name, value) {
      const isNew = ![...secrets.values()].includes(value)
      if (isNew) secrets.set(secrets.has(name) ? `${name}, ${secrets.size}` : name, value)
      return value
    },
    declare: (token, places, more = {}) => space.declare({ token, places, ...more }),
    async record() {
      record.files(space.folder, left)
      await record.processes()
    },
    async nothing() {
      expect(secrets.size).toBeGreaterThan(2)
      expect(record.haystacks.filter(({ name }) => name.startsWith("a process's")).length).toBeGreaterThan(5)
      expect(record.haystacks.map(ours).flatMap(detector(secrets).find)).toEqual([])
    },
    cut: () => record.haystacks.flatMap(detector(secrets).find).length,
  }
}

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { stringify } from "yaml"
import { describeEngine } from "../support/engine.ts"
import { copyOfSources, install, pack, program } from "../support/packed.ts"
import { strong } from "../support/tokens.ts"
import { type Workspace, workspace } from "../support/workspace.ts"

vi.setConfig({ testTimeout: 180_000, hookTimeout: 300_000 })

const javascript = `
import { Placement, Token } from "gatekey"

const token = new Token("token", { rotation: 1 }, { protect: false })
new Placement("tw dotenv", { token, path: "~/.env", locator: "OPENCLAW_GATEWAY_TOKEN" })
export const { fingerprint } = token
`
const typescript = `
import * as pulumi from "@pulumi/pulumi"
import { Fleet, type FleetArgs } from "gatekey"

const rotation: number = new pulumi.Config().getNumber("rotation") ?? 1
const args: FleetArgs = {
  token: { rotation, maxAge: "30d" },
  protect: false,
  gateways: { studio: { host: "local", manager: "launchd", delivery: "copy" } },
}
const fleet = new Fleet("home", args)
export const generation: pulumi.Output<number> = fleet.generation
`
/** What the types must refuse. */
const wrong = `
import { Fleet, Placement, type Token } from "gatekey"

declare const token: Token
// @ts-expect-error: a path is a text
new Placement("a", { token, path: 1, locator: "*" })
// @ts-expect-error: there is no such product
new Fleet("b", { token: { rotation: 1 }, gateways: { studio: { host: "local", manager: "launchd", product: "open" } } })
// @ts-expect-error: a rotation is a number
new Fleet("c", { token: { rotation: "2" }, gateways: {} })
`

describeEngine("the package", () => {
  const planted = strong()
  let folder: string
  let packed: ReturnType<typeof pack>
  let user: Workspace

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "gatekey-package-"))
    const sources = copyOfSources(join(folder, "sources"))
    for (const name of [".env", ".sandbox/passphrase", "Pulumi.home.yaml", "dist/gone.js", "components/.env"]) {
      mkdirSync(dirname(join(sources, name)), { recursive: true })
      writeFileSync(join(sources, name), planted)
    }
    packed = pack(sources)
    user = await workspace({ places: {} })
    rmSync(join(user.project, "node_modules"))
    install(user.project, packed.file)
  })
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true })
    user?.remove()
  })

  test("holds JavaScript with types, the launchers and nothing else", () => {
    const folders = [...new Set(packed.names.map((name) => name.split("/").slice(0, 2).join("/")))].sort()
    expect(folders).toEqual([
      "LICENSE",
      "README.md",
      "cli/gatekey",
      "dist/cli",
      "dist/components",
      "dist/containers",
      "dist/core",
      "dist/gateways",
      "dist/hosts",
      "dist/listeners",
      "dist/places",
      "dist/policy",
      "dist/products",
      "dist/provider",
      "dist/services",
      "dist/stacks",
      "dist/survey",
      "dist/vaults",
      "package.json",
      "policy/PulumiPolicy.yaml",
      "policy/README.md",
      "policy/index.js",
      "policy/package.json",
      "provider/pulumi-resource-gatekey",
    ])
    const compiled = packed.names.filter((name) => name.startsWith("dist/"))
    expect(compiled.filter((name) => !/\.(?:d\.ts|js)$/.test(name))).toEqual(["dist/hosts/ssh/remote.sh"])
    const modules = compiled.filter((name) => name.endsWith(".js"))
    expect(modules.filter((name) => !compiled.includes(name.replace(/js$/, "d.ts")))).toEqual([])
  })

  test("holds nothing that lay about in the checkout", () => {
    const unpacked = join(user.project, "node_modules/gatekey")
    expect(packed.names.filter((name) => readFileSync(join(unpacked, name), "utf8").includes(planted))).toEqual([])
  })

  test("brings the command line", () => {
    const gatekey = join(user.project, "node_modules/.bin/gatekey")
    expect(program(user.project, gatekey, "--help")).toMatch(/^ {2}rotate /m)
    expect(program(user.project, "npx", "--no", "gatekey", "rotate", "--help")).toContain("--if-due")
  })

  test("has types that the compiler accepts, without skipping libraries, and that refuse what is wrong", () => {
    const options = { target: "es2024", strict: true, noEmit: true, types: ["node"] }
    const resolutions = [{ module: "nodenext" }, { module: "esnext", moduleResolution: "bundler" }]
    writeFileSync(join(user.project, "typed.ts"), typescript)
    writeFileSync(join(user.project, "wrong.ts"), wrong)
    for (const [at, resolution] of resolutions.entries()) {
      const name = `tsconfig.${at}.json`
      const config = { compilerOptions: { ...options, ...resolution }, files: ["typed.ts", "wrong.ts"] }
      writeFileSync(join(user.project, name), JSON.stringify(config))
      expect(program(user.project, "node", "node_modules/typescript/bin/tsc", "-p", name)).toBe("")
    }
  })

  test.each([
    { language: "JavaScript", file: "index.js", text: javascript, place: ".env" },
    { language: "TypeScript", file: "index.ts", text: typescript, place: ".openclaw/openclaw.json" },
  ])("works in an empty project in $language: preview, up, no change, drift, healed", async ({ file, text, place }) => {
    writeFileSync(join(user.project, file), text)
    project(user, file)
    expect(await works("preview")).toMatch(/\+ \d+ to create/)
    await works("up", "--yes")
    expect(await works("preview", "--policy-pack", "node_modules/gatekey/policy")).toContain("gatekey@v0.1.0")
    await works("preview", "--expect-no-changes")
    const before = readFileSync(user.at(place), "utf8")
    const [token] = /[0-9a-f]{64}/.exec(before) ?? [""]
    expect(token).toHaveLength(64)
    writeFileSync(user.at(place), before.replace(token, "clawdbot-local-dev"))
    expect(await works("preview")).toContain("holds the public default clawdbot-local-dev; must hold generation 1")
    await works("up", "--yes")
    expect(readFileSync(user.at(place), "utf8") === before).toBe(true)
    await works("destroy", "--yes")
  })

  async function works(...args: string[]): Promise<string> {
    const { code, output } = await user.run(...args)
    expect(code, output).toBe(0)
    return output
  }
})

/** As the README tells: the plugin's path, and no build step. */
function project(user: Workspace, main: string): void {
  const runtime = { name: "nodejs", options: { typescript: false } }
  const plugins = { providers: [{ name: "gatekey", path: "./node_modules/gatekey/provider" }] }
  writeFileSync(join(user.project, "Pulumi.yaml"), stringify({ name: "engine", main, runtime, plugins }))
}

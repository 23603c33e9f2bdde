import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { afterAll, beforeAll, expect, test } from "vitest"
import { stringify } from "yaml"
import { gatekeyCommand } from "../../core/command-line.ts"
import { copyOfSources, install, pack, program } from "../support/cli/packed.ts"
import { npxFromRegistry } from "../support/cli/registry.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { root } from "../support/engine/program.ts"
import { type Workspace, workspace } from "../support/engine/workspace.ts"
import { strong } from "../support/tokens.ts"

const javascript = `
import { Placement, Token } from "pulumi-gatekey"

const token = new Token("token", { rotation: 1 }, { protect: false })
new Placement("tw dotenv", { token, path: "~/.env", locator: "OPENCLAW_GATEWAY_TOKEN" })
export const { fingerprint } = token
`
const typescript = `
import * as pulumi from "@pulumi/pulumi"
import { Fleet, type FleetArgs } from "pulumi-gatekey"

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
import { Fleet, Placement, type Token } from "pulumi-gatekey"

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

  test("the package contains JavaScript with types, the launchers and nothing else", () => {
    const folders = [...new Set(packed.names.map((name) => name.split("/").slice(0, 2).join("/")))].sort()
    expect(folders).toEqual([
      "LICENSE",
      "README.md",
      "cli/gatekey",
      "dist/certificates",
      "dist/cli",
      "dist/components",
      "dist/core",
      "dist/gateways",
      "dist/hosts",
      "dist/places",
      "dist/policy",
      "dist/probes",
      "dist/processes",
      "dist/products",
      "dist/provider",
      "dist/proxies",
      "dist/stacks",
      "dist/survey",
      "dist/vaults",
      "package.json",
      "policy/PulumiPolicy.yaml",
      "policy/README.md",
      "policy/index.js",
      "policy/package.json",
      "provider/pulumi-resource-gatekey",
      "schema/stack.json",
    ])
    const compiled = packed.names.filter((name) => name.startsWith("dist/"))
    // The sources' scripts, which the modules read beside them.
    const scripts = globSync("*/**/*.sh", {
      cwd: root,
      exclude: ["node_modules", ".*", "examples", "test", "tools", "dist"],
    })
    expect(scripts.length).toBeGreaterThan(30)
    expect(compiled.filter((name) => !/\.(?:d\.ts|js)$/.test(name))).toEqual(
      scripts.map((name) => `dist/${name}`).sort(),
    )
    const modules = compiled.filter((name) => name.endsWith(".js"))
    expect(modules.filter((name) => !compiled.includes(name.replace(/js$/, "d.ts")))).toEqual([])
  })

  test("the package contains no stray files of the checkout", () => {
    const unpacked = join(user.project, "node_modules/pulumi-gatekey")
    expect(packed.names.filter((name) => readFileSync(join(unpacked, name), "utf8").includes(planted))).toEqual([])
  })

  test("the package contains the command line", () => {
    const gatekey = join(user.project, "node_modules/.bin/gatekey")
    expect(program(user.project, gatekey, "--help")).toMatch(/^ {2}rotate /m)
    expect(program(user.project, "npx", "--no", "--", "gatekey", "rotate", "--help")).toContain("--if-due")
  })

  test("is called pulumi-gatekey, and npx runs it in an empty folder: from a registry, and from its file", async () => {
    expect(basename(packed.file)).toBe("pulumi-gatekey-0.1.0.tgz")
    for (const words of [["pulumi-gatekey"], [`--package=${packed.file}`, "--", "gatekey"]]) {
      const { code, stdout, stderr, fetched } = await npxFromRegistry(packed.file, "--yes", ...words, "scan")
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      expect(stdout).toBe("No gateway and no node was found.\n")
      expect(fetched.filter((each) => /^gatekey\b/.test(each))).toEqual([])
    }
  }, 900_000)

  test("never has npx fetch the package that npm calls gatekey", async () => {
    const [, ...words] = gatekeyCommand.split(" ")
    const { code, fetched } = await npxFromRegistry(packed.file, ...words, "scan")
    expect(code).not.toBe(0)
    expect(fetched.filter((each) => each.includes("@"))).toEqual([])
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
    expect(await works("preview", "--policy-pack", "node_modules/pulumi-gatekey/policy")).toContain("gatekey@v0.1.0")
    await works("preview", "--expect-no-changes")
    const before = readFileSync(user.at(place), "utf8")
    const [token] = /[0-9a-f]{64}/.exec(before) ?? [""]
    expect(token).toHaveLength(64)
    writeFileSync(user.at(place), before.replace(token, "clawdbot-local-dev"))
    expect(await works("preview")).toContain("contains the public default clawdbot-local-dev; expected generation 1")
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
  const plugins = { providers: [{ name: "gatekey", path: "./node_modules/pulumi-gatekey/provider" }] }
  writeFileSync(join(user.project, "Pulumi.yaml"), stringify({ name: "engine", main, runtime, plugins }))
}

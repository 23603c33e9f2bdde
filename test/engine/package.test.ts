import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest"
import { stringify } from "yaml"
import { gatekeyCommand } from "../../core/command-line.ts"
import { copyOfSources, install, pack, packedAs, program } from "../support/cli/packed.ts"
import { npxFromRegistry, startRegistry } from "../support/cli/registry.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { run } from "../support/engine/machine.ts"
import { root } from "../support/engine/program.ts"
import { type Workspace, workspace } from "../support/engine/workspace.ts"
import { strong } from "../support/tokens.ts"

/** TypeScript 6 warns of the resolution in Pulumi's older templates. */
const silent = process.env.E2E_SDK ? {} : { ignoreDeprecations: "6.0" }
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
const required = `
const { Fleet } = require("pulumi-gatekey")
const gateways = { studio: { host: "local", manager: "launchd", delivery: "copy" } }
exports.generation = new Fleet("home", { token: { rotation: 1 }, protect: false, gateways }).generation
`
const misspelt = `
import { Fleet } from "pulumi-gatekey"
new Fleet("home", { token: { rotation: 1 }, gateways: { studio: { host: "local", delivry: "copy" } } })
`
/** What the types must refuse, among what they must accept. */
const wrong = `
import { Fleet, Placement, type Token } from "pulumi-gatekey"

declare const token: Token
// @ts-expect-error: a path is a text
new Placement("a", { token, path: 1, locator: "*" })
// @ts-expect-error: there is no such product
new Fleet("b", { token: { rotation: 1 }, gateways: { studio: { host: "local", manager: "launchd", product: "open" } } })
// @ts-expect-error: a rotation is a number
new Fleet("c", { token: { rotation: "2" }, gateways: {} })
// @ts-expect-error: a duration is a number and a unit
new Fleet("d", { token: { rotation: 1, maxAge: "30 days" }, gateways: {} })
const studio = { host: "local", manager: "launchd" } as const
const name: string = "studio.local"
new Fleet("e", { token: { rotation: 1 }, gateways: { studio: { ...studio, host: \`ssh://\${name}\` } } })
// @ts-expect-error: a host is local or ssh://…
new Fleet("f", { token: { rotation: 1 }, gateways: { studio: { ...studio, host: "me@tw.local" } } })
// @ts-expect-error: there is no such key
new Fleet("g", { token: { rotation: 1 }, gateways: { studio: { ...studio, delivry: "copy" } } })
// @ts-expect-error: the manager is missing
new Fleet("h", { token: { rotation: 1 }, gateways: { studio: { host: "local" } } })
const place = { name: "script", path: "~/x.sh", locator: "X" } as const
new Fleet("i", { token: { rotation: 1 }, gateways: { studio: { ...studio, places: [{ ...place, reference: "op://a/b/c" }] } } })
// @ts-expect-error: the reference is missing
new Fleet("j", { token: { rotation: 1 }, gateways: { studio: { ...studio, places: [{ ...place, must: "reference" }] } } })
// @ts-expect-error: a host that may be skipped is reached by ssh
new Fleet("k", { token: { rotation: 1 }, rotation: { unreachable: ["tw.local"] }, gateways: { studio } })
// @ts-expect-error: a hook's host is local or ssh://…
new Fleet("l", { token: { rotation: 1 }, gateways: { studio }, afterRotation: [{ host: "tw", command: "true" }] })
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
      "schema/check.json",
      "schema/doctor.json",
      "schema/history.json",
      "schema/report.json",
      "schema/scan.json",
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

  test("is called pulumi-gatekey, and npx runs it in an empty folder, small and without Pulumi: from a registry, and from its file", async () => {
    expect(basename(packed.file)).toBe("pulumi-gatekey-0.1.0.tgz")
    for (const words of [["pulumi-gatekey"], [`--package=${packed.file}`, "--", "gatekey"]]) {
      const { code, stdout, stderr, fetched, packages, megabytes } = await npxFromRegistry(
        packed.file,
        ...["--yes", ...words, "scan"],
      )
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      expect(stdout).toMatch(/^Checked this machine, .*\nNo gateway and no node was found\.\n$/)
      expect(fetched.filter((each) => /^gatekey\b|^@pulumi\/.*@/.test(each))).toEqual([])
      expect(packages).toBeGreaterThan(30)
      expect(packages).toBeLessThanOrEqual(120)
      expect(megabytes).toBeLessThanOrEqual(60)
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
    const resolutions = [
      { module: "nodenext" },
      { module: "esnext", moduleResolution: "bundler" },
      { module: "commonjs" },
      { module: "commonjs", moduleResolution: "node10", ...silent },
    ]
    const [, documented = ""] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, "docs/api.md"), "utf8")) ?? []
    expect(documented).toContain("new Fleet(")
    writeFileSync(join(user.project, "documented.ts"), documented)
    writeFileSync(join(user.project, "typed.ts"), typescript)
    writeFileSync(join(user.project, "wrong.ts"), wrong)
    for (const [at, resolution] of resolutions.entries()) {
      const name = `tsconfig.${at}.json`
      const files = ["typed.ts", "wrong.ts", "documented.ts"]
      const config = { compilerOptions: { ...options, ...resolution }, files }
      writeFileSync(join(user.project, name), JSON.stringify(config))
      expect(program(user.project, "node", "node_modules/typescript/bin/tsc", "-p", name)).toBe("")
    }
  })

  // Pulumi's templates, and a program without types.
  test.each([
    ["TypeScript, without a tsconfig", "index.ts", undefined],
    ["TypeScript, as CommonJS", "index.ts", { module: "commonjs", moduleResolution: "node", ...silent }],
    ["TypeScript, as nodenext", "index.ts", { module: "nodenext", moduleResolution: "nodenext" }],
    ["JavaScript, as CommonJS", "index.cjs", undefined],
  ])("a program in %s is previewed by Pulumi itself, with the project's defaults", async (_, file, options) => {
    const manifest = readFileSync(join(user.project, "package.json"), "utf8")
    const { type: _type, ...commonjs } = JSON.parse(manifest)
    const tsconfig = join(user.project, "tsconfig.json")
    try {
      writeFileSync(join(user.project, "package.json"), JSON.stringify(commonjs))
      writeFileSync(join(user.project, file), file.endsWith(".ts") ? typescript : required)
      if (options)
        writeFileSync(
          tsconfig,
          JSON.stringify({ compilerOptions: { strict: true, target: "es2020", ...options }, files: [file] }),
        )
      project(user, file, {})
      expect(await works("preview")).toMatch(/\+ \d+ to create/)
    } finally {
      writeFileSync(join(user.project, "package.json"), manifest)
      for (const each of [tsconfig, join(user.project, file)]) rmSync(each, { force: true })
    }
  })

  test("a mistake that plain JavaScript does not show is named by the preview", async () => {
    writeFileSync(join(user.project, "wrong.mjs"), misspelt)
    project(user, "wrong.mjs")
    const { code, output } = await user.run("preview")
    expect(code).not.toBe(0)
    expect(output).toContain("gateways.studio.delivry: unknown key; did you mean delivery?")
    expect(output).toContain("gateways.studio.manager: missing; expected one of launchd, systemd, process")
    expect(output).not.toMatch(/ at .*\.js:\d+/)
  })

  test.each([
    { language: "JavaScript", file: "index.js", text: javascript, place: ".env" },
    { language: "TypeScript", file: "index.ts", text: typescript, place: ".openclaw/openclaw.json" },
  ])("works in an empty project in $language: preview, up, no change, drift, healed", async ({ file, text, place }) => {
    writeFileSync(join(user.project, file), text)
    project(user, file)
    expect(await works("preview")).toMatch(/\+ \d+ to create/)
    await works("up", "--yes")
    // The newest engine starts a pack by a language host of its own version, which cannot be had everywhere.
    if (process.env.E2E_ENGINE === undefined)
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

  test("init makes a project in an empty folder, whose program is one import: up, no change, drift, npm update, destroy", async () => {
    const [project, home] = [join(folder, "fleet"), join(folder, "home")]
    for (const each of [project, join(home, ".openclaw")]) mkdirSync(each, { recursive: true })
    const config = join(home, ".openclaw/openclaw.json")
    const token = strong()
    writeFileSync(config, `{gateway: {mode: "local", port: 1, auth: {token: "${token}"}}}`, { mode: 0o600 })
    install(project, packed.file)
    const env = { ...user.env, HOME: home, PULUMI_STACK: "" }
    const printed: string[] = []
    const ends = async (code: number, ...words: string[]) => {
      const ended = await run(words, { cwd: project, env })
      printed.push(ended.output)
      expect(ended.code, ended.output).toBe(code)
      return ended.output
    }
    const pulumi = (...words: string[]) => ends(0, "pulumi", "--non-interactive", ...words)
    expect(await ends(0, "npx", "--no", "--", "gatekey", "init", "--scan")).toMatch(/Next:\n {2}npm install\n/)
    await ends(1, "npx", "--no", "--", "gatekey", "init")
    expect(JSON.parse(readFileSync(join(project, "package.json"), "utf8"))).toMatchObject({
      dependencies: { "pulumi-gatekey": expect.stringMatching(/^file:.*\.tgz$/) },
    })
    const file = join(project, "Pulumi.home.yaml")
    const declared = readFileSync(file, "utf8")
    expect(declared).toMatch(
      /^# yaml-language-server: \$schema=\.\/node_modules\/pulumi-gatekey\/schema\/stack\.json\n/,
    )
    writeFileSync(file, declared.replace("rotation: 1", "rotation: 1\n    protect: false"))
    await pulumi("stack", "init", "home")
    expect(await pulumi("preview", "--stack", "home")).toContain("to create")
    expect(await pulumi("up", "--yes", "--stack", "home")).toMatch(/fingerprint\s*: "fp:/)
    await pulumi("preview", "--expect-no-changes", "--stack", "home")
    const right = readFileSync(config, "utf8")
    writeFileSync(config, right.replace(token, "clawdbot-local-dev"))
    expect(await pulumi("preview", "--stack", "home")).toContain("contains the public default clawdbot-local-dev")
    await pulumi("up", "--yes", "--stack", "home")
    expect(readFileSync(config, "utf8") === right).toBe(true)

    // A later version comes by `npm update`, and has nothing to do.
    const later = { version: "0.1.1", file: packedAs(packed.file, "0.1.1", folder) }
    const registry = await startRegistry(packed.file, later)
    onTestFinished(() => void registry.stop())
    const own = join(project, "package.json")
    const { dependencies, ...manifest } = JSON.parse(readFileSync(own, "utf8"))
    writeFileSync(own, JSON.stringify({ ...manifest, dependencies: { ...dependencies, "pulumi-gatekey": "^0.1.0" } }))
    await ends(0, "npm", "update", "--no-audit", "--no-fund", "--ignore-scripts", `--registry=${registry.url}`)
    const updated = join(project, "node_modules/pulumi-gatekey/package.json")
    expect(JSON.parse(readFileSync(updated, "utf8")).version).toBe("0.1.1")
    await pulumi("preview", "--expect-no-changes", "--stack", "home")
    expect(readFileSync(config, "utf8") === right).toBe(true)
    await pulumi("destroy", "--yes", "--stack", "home")
    expect(printed.filter((text) => text.includes(token))).toEqual([])
  })

  async function works(...args: string[]): Promise<string> {
    const { code, output } = await user.run(...args)
    expect(code, output).toBe(0)
    return output
  }
})

/** As the README tells: the plugin's path, and no build step. */
function project(user: Workspace, main: string, options: object = { typescript: false }): void {
  const runtime = { name: "nodejs", options }
  const plugins = { providers: [{ name: "gatekey", path: "./node_modules/pulumi-gatekey/provider" }] }
  writeFileSync(join(user.project, "Pulumi.yaml"), stringify({ name: "engine", main, runtime, plugins }))
}

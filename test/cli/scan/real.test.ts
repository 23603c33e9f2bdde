import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { parse as parseYaml } from "yaml"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder } from "../../support/hosts/machine.ts"
import {
  commandOf,
  connected,
  environmentOf,
  type Gateway,
  isReady,
  noProduct,
  type RunningNode,
  shareCompiled,
  startGateway,
  startNode,
} from "../../support/products/gateway.ts"
import { freePort } from "../../support/products/listener.ts"
import { startReady } from "../../support/products/product-process.ts"
import { rowsOf } from "../../support/rows.ts"
import { strong } from "../../support/tokens.ts"
import { lay } from "../../support/tree.ts"
import { until } from "../../support/until.ts"

const skip = noProduct("openclaw")

describe.skipIf(skip !== undefined)("a real gateway and a real node", { timeout: 600_000 }, () => {
  let gateway: Gateway
  let node: RunningNode
  beforeAll(async () => {
    gateway = await startGateway()
    node = startNode(gateway, "tw")
    await connected(gateway, "tw")
    await gateway.approve()
  })
  afterAll(async () => {
    await node?.stop()
    await gateway?.stop()
  })

  const configs = () =>
    [gateway.config, `${node.home}/.openclaw/openclaw.json`].map((path) => {
      const { mtimeMs, mode, ino } = statSync(path)
      return [readFileSync(path, "utf8"), mtimeMs, mode, ino]
    })
  const refusals = () => gateway.log().match(/unauthorized|rate.?limit/gi)?.length ?? 0

  it("is clean, and neither is changed nor refuses anything", async () => {
    const [before, refused] = [configs(), refusals()]
    const { code, stdout, stderr } = await gatekey(["scan", "--home", gateway.home, node.home], gateway.home)
    expect([code, stdout.split("\n")[1], stderr]).toEqual([
      0,
      expect.stringMatching(
        /^Clean: .* accepts the token in its files; 1 node sends nothing that would be rejected\.$/,
      ),
      "",
    ])
    expect(stdout).toMatch(/ gateway\.auth\.token +A .*\(wins\)/)
    expect(stdout).toMatch(/ gateway\.remote\.token +A .*\(wins\)/)
    expect([configs(), refusals()]).toEqual([before, refused])
  })

  it("says what it accepts before what is wrong: a copy of its token in a history", async () => {
    const history = join(gateway.home, ".zsh_history")
    writeFileSync(history, `: 1764000000:0;curl -H 'Authorization: Bearer ${gateway.token}' x\n`, { mode: 0o600 })
    onTestFinished(() => rmSync(history))
    const { code, stdout } = await gatekey(["scan", "--home", gateway.home], gateway.home)
    expect([code, stdout.split("\n").slice(1, 3)]).toEqual([
      1,
      [
        expect.stringMatching(/ accepts A\.$/),
        expect.stringMatching(
          /^~\/\.zsh_history line 1 on .* contains the live token \(a history of commands\), which no/,
        ),
      ],
    ])
  })

  it("goes the node's way, step by step", async () => {
    const refused = refusals()
    const { code, stdout } = await gatekey(
      ["doctor", "tw", "--json", "--home", node.home, "--gateway", "local"],
      gateway.home,
    )
    const { steps } = JSON.parse(stdout) as { steps: { step: string; is: string; says: string }[] }
    expect(steps.filter(({ is }) => is === "WRONG")).toEqual([])
    expect(code).toBe(0)
    const of = (name: string) => steps.find(({ step }) => step === name)
    expect(of("http")).toMatchObject({ says: "/healthz HTTP 200", is: "ok" })
    expect(of("verdict")).toMatchObject({ says: "accepted", is: "ok" })
    expect(of("pairing")).toMatchObject({ says: "approved, connected", is: "ok" })
    expect(refusals()).toBe(refused)
  })
})

describe.each(["openclaw"] as const)("a real %s", (product) => {
  it.skipIf(noProduct(product))(
    "with --port and no port in its config is found there",
    { timeout: 600_000 },
    async () => {
      const [home, port, token] = [folder(), await freePort(), strong()]
      const config = { gateway: { mode: "local", bind: "loopback", auth: { mode: "token", token } } }
      lay(home, { [`.${product}/${product}.json`]: JSON.stringify(config), "tmp/keep": "" })
      await startReady(product, home, port, ["--port", `${port}`])
      const { code, stdout } = await gatekey(["scan", "--home", home])
      expect([code, stdout]).toEqual([0, expect.stringContaining("accepts the token in its files")])
    },
  )
})

describe.skipIf(skip !== undefined)("a real gateway whose files are elsewhere", { timeout: 600_000 }, () => {
  type Elsewhere = [string, string, string]
  const inSuite: Elsewhere[] = [["STATE_DIR", "srv/claw", "srv/claw/openclaw.json"]]
  const others: Elsewhere[] = [
    ["CONFIG_PATH", "srv/mine.json", "srv/mine.json"],
    ["HOME", "srv", "srv/.openclaw/openclaw.json"],
  ]
  it.each(rowsOf(inSuite, others))("as OPENCLAW_%s says, is found with them", async (end, place, config) => {
    const [home, port, token] = [folder(), await freePort(), strong()]
    lay(home, {
      [config]: JSON.stringify({ gateway: { mode: "local", port, bind: "loopback", auth: { mode: "token", token } } }),
      ".openclaw/openclaw.json": `{gateway:{mode:"local",port:${port},auth:{token:"${strong()}"}}}`,
      "tmp/keep": "",
    })
    await startReady("openclaw", home, port, [], { [`OPENCLAW_${end}`]: join(home, place) })
    const { code, stdout } = await gatekey(["scan", "--home", home])
    expect([code, stdout]).toEqual([0, expect.stringContaining("accepts the token in its files")])
    expect(stdout).toMatch(new RegExp(`~/${config} gateway\\.auth\\.token +A .*\\(wins\\)`))
    expect(stdout).toMatch(/~\/\.openclaw\/openclaw\.json gateway\.auth\.token +B +/)
  })
})

/** Gateways as people start them by hand, one after the other: each in a home of its own, by the script `bin/start`. */
describe.skipIf(skip !== undefined)("a real gateway that was started by hand", { timeout: 600_000 }, () => {
  const O = "OPENCLAW_GATEWAY_TOKEN"
  const [T, P] = [strong(), `pw-${strong()}`]
  interface Hand {
    readonly line: string
    readonly auth?: object
    /** Further keys of its config. */
    readonly more?: object
    readonly files?: { readonly [path: string]: string | [string, number] }
    readonly env?: { readonly [name: string]: string }
  }
  const hands = {
    "--token in its script": { line: `exec openclaw gateway run --token ${T}` },
    "a variable in its script": { line: `${O}=${T} exec openclaw gateway run` },
    "its .env": { line: "exec openclaw gateway run", files: { ".openclaw/.env": `${O}=${T}\n` } },
    "its environment": { line: "exec openclaw gateway run", env: { [O]: T } },
    "a command that its script runs": {
      line: `export ${O}="$(vault-read gateway)"\nexec openclaw gateway run`,
      files: { "bin/vault-read": [`#!/bin/sh\necho ${T.slice(0, 8)}"${T.slice(8)}"\n`, 0o700] },
    },
    "a flag that its script fills from a file that it sources": {
      line: '. "$HOME/secrets/mine"\nexec openclaw gateway run --token "$GW"',
      files: { "secrets/mine": `GW=${T}\n` },
    },
    "a file that its script reads": {
      line: 'exec openclaw gateway run --token "$(cat "$HOME/secrets/gateway")"',
      files: { "secrets/gateway": `${T}\n` },
    },
    "a fallback in its script": { line: `exec openclaw gateway run --token "\${GW:-${T}}"` },
    "a value of a store of secrets": {
      line: "exec openclaw gateway run",
      auth: { mode: "token", token: { source: "file", provider: "store", id: "/gw/token" } },
      more: { secrets: { providers: { store: { source: "file", path: "~/store.json" } } } },
      files: { "store.json": [JSON.stringify({ gw: { token: T }, other: { key: `sk-${P}` } }), 0o600] },
    },
    "a password": { line: "exec openclaw gateway run", auth: { password: P } },
    "a password of its environment": { line: "exec openclaw gateway run", env: { OPENCLAW_GATEWAY_PASSWORD: P } },
    nothing: { line: "exec openclaw gateway run" },
  } satisfies { [name: string]: Hand }
  type Name = keyof typeof hands

  /** Starts it until the test ends; one that a busy machine kept from its start is started once more. */
  const start = async (name: Name): Promise<string> => {
    const [home, port, hand]: [string, number, Hand] = [folder(), await freePort(), hands[name]]
    const { line, auth, more = {}, files = {}, env = {} } = hand
    const [program = "", main = ""] = commandOf("openclaw")
    lay(home, {
      ".openclaw/openclaw.json": JSON.stringify({
        ...more,
        gateway: { mode: "local", port, bind: "loopback", ...(auth ? { auth } : {}) },
      }),
      ...files,
      "bin/openclaw": [`#!/bin/sh\nexec '${program}' '${main}' "$@"\n`, 0o700],
      "bin/start": [`#!/bin/sh\n${line}\n`, 0o700],
      "tmp/keep": "",
    })
    shareCompiled(home)
    const log = openSync(join(home, "log"), "a")
    const own = environmentOf("openclaw", home)
    const run = () =>
      spawn(join(home, "bin/start"), [], {
        ...{ cwd: home, env: { ...own, PATH: `${home}/bin:${own.PATH}`, ...env } },
        stdio: ["ignore", log, log],
      })
    let child = run()
    let again = 3
    onTestFinished(async () => {
      if (child.exitCode !== null) return
      const ended = once(child, "exit")
      child.kill("SIGKILL")
      await ended
    })
    await until(async () => {
      if (child.exitCode !== null && again-- > 0) child = run()
      return isReady("openclaw", port)
    }, 400_000)
    return home
  }

  const written = async (name: Name) => {
    const home = await start(name)
    const [cwd, file] = [folder(), "Pulumi.hand.yaml"]
    const { code, stdout, stderr } = await gatekey(["scan", "--home", home, "--cwd", cwd, "--write", file], home)
    const text = existsSync(join(cwd, file)) ? readFileSync(join(cwd, file), "utf8") : ""
    for (const secret of [T, P]) expect(stdout + stderr + text).not.toContain(secret)
    const config = text ? parseYaml(text).config : undefined
    return { home, code, stdout, stderr, text, config, from: config?.["gatekey:token"].adopt?.from }
  }

  const inSuite: [Name, string | undefined][] = [
    ["--token in its script", "bin/start|--token"],
    ["a command that its script runs", undefined],
  ]
  const others: [Name, string | undefined][] = [
    ["its .env", `.openclaw/.env|${O}`],
    ["a file that its script reads", "secrets/gateway|*"],
    ["a variable in its script", undefined],
    ["its environment", undefined],
  ]
  it.each(rowsOf(inSuite, others))(
    "with %s: the token in use is adopted, and nothing is overwritten",
    async (name, place) => {
      const { home, stdout, text, config, from } = await written(name)
      expect(stdout).not.toContain("generates one")
      expect(stdout).not.toContain("not known")
      expect(stdout.includes("accepts a token that is in none of its files")).toBe(/environment|command/.test(name))
      expect(from).toBe(place && `local|${home}/${place}`)
      if (!place) expect(stdout).toContain("pulumi config set --secret --path 'gatekey:token.adopt.value'")
      expect(text).not.toContain("overwrite")
      const [gateway] = Object.values(config["gatekey:gateways"]) as { delivery?: string; places?: object[] }[]
      expect(gateway).toMatchObject({ delivery: "copy" })
      expect(JSON.stringify(gateway?.places ?? [])).not.toContain("bin/start")
    },
  )

  const byPassword: [Name, string | undefined] = ["a password of its environment", undefined]
  const byConfig: [Name, string | undefined] = ["a password", ".openclaw/openclaw.json|gateway.auth.password"]
  it.each(rowsOf([byPassword], [byConfig]))(
    "with %s: it is declared so, and the password in use is adopted",
    async (name, place) => {
      const { home, code, stdout, config, from } = await written(name)
      expect([code, from]).toEqual([0, place && `local|${home}/${place}`])
      expect(stdout).toMatch(
        /^Checked this machine, .*\nClean: \S+ accepts (the password in its files|a password that is in none of its files)/,
      )
      if (!place) expect(stdout).toContain("pulumi config set --secret --path 'gatekey:token.adopt.value'")
      expect(stdout).not.toMatch(/no token|generates one/)
      expect(Object.values(config["gatekey:gateways"])).toMatchObject([{ mode: "password" }])
    },
  )

  it("with a value of a store of secrets: it is adopted, and nothing else of the store is sent", async () => {
    const { home, code, stdout, from } = await written("a value of a store of secrets")
    expect([code, from]).toEqual([0, `local|${home}/store.json|gw.token`])
    expect(stdout).toMatch(/^Checked .*\nClean: /)
    expect(readFileSync(join(home, "log"), "utf8")).not.toMatch(/mismatch|unauthorized/i)
  })

  it("with a fallback in its script: it is found there", async () => {
    const { stdout } = await written("a fallback in its script")
    expect(stdout).toMatch(/~\/bin\/start fallback of --token +A .*\(in use\)/)
    expect(stdout).not.toContain("not known")
  })

  it("with a flag that its script fills from a file that it sources: that is why it is not known", async () => {
    const { code, stdout } = await written("a flag that its script fills from a file that it sources")
    expect([code, stdout]).toEqual([
      2,
      expect.stringMatching(/is not known: .*~\/bin\/start gets --token from elsewhere/),
    ])
    expect(stdout).not.toMatch(/Clean|no token|generates one/)
  })

  it("with nothing: its own log says that it makes one up", async () => {
    const { code, stdout } = await written("nothing")
    expect([code, stdout]).toEqual([1, expect.stringContaining("has no token: it generates one at each start")])
  })
})

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { coresIn, crashDuring, crashEnvironment, crashFolder } from "../support/canary/crash.ts"
import { broken, change, files, freeze, late, places, settle, write } from "../support/canary/fleet.ts"
import { givenPassphrase, programEnvironment, vaultEnvironment } from "../support/canary/given.ts"
import { guardFiles, guardFleet, guardFolder, guardSecrets, statusBy, trust } from "../support/canary/guard-fleet.ts"
import { bearerSecrets, headerIn } from "../support/canary/guard-secrets.ts"
import { opened } from "../support/canary/run.ts"
import { notes } from "../support/canary/search.ts"
import { wholeOnly } from "../support/canary/sources.ts"
import { gapsIn } from "../support/canary/summary.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { endLeftBehind } from "../support/engine/kill.ts"
import { root } from "../support/engine/program.ts"
import { noSshHosts, startFarm } from "../support/hosts/ssh-farm.ts"
import { gatewayDouble } from "../support/products/gateway-double.ts"
import { freePort } from "../support/products/listener.ts"
import { startEcho } from "../support/proxies/echo.ts"
import { noHaproxy } from "../support/proxies/haproxy.ts"
import { strong } from "../support/tokens.ts"
import { until } from "../support/until.ts"
import { noPass, passwordStore } from "../support/vaults/pass.ts"

describeEngine("no secret is anywhere but in the places", () => {
  test("from the adoption of a strong token to the destruction", async () => {
    const run = await opened({ rotation: 1, adopt: { from: "local|~/.openclaw/openclaw.json|gateway.auth.token" } })
    const { space, says, declare } = run
    settle(space, run.hide("adopted", strong()))
    // A gateway that accepts another token, and quotes the one that it rejects.
    const gateway = await gatewayDouble(space.home, strong(), undefined, { quotes: true })
    change(space, ".openclaw/openclaw.json", (text) => text.replace("18789", String(gateway.port)))
    await says(0, "preview")
    await says(0, "up", "--yes")

    change(space, ".openclaw/openclaw.json", (text) => text.replace(/[0-9a-f]{64}/, run.hide("drifted", strong())))
    change(space, ".zshrc", (text) => `${text}export OPENCLAW_GATEWAY_TOKEN=${run.hide("exported", strong())}\n`)
    change(space, "docker-compose.yml", (text) =>
      text.replace(/[0-9a-f]{64}/, `\${X:-${run.hide("fallback", strong())}}`),
    )
    write(space, ".openclaw/.env", `OPENCLAW_GATEWAY_PASSWORD=${run.hide("password", strong())}\n`)
    const drift = await says(0, "preview", ...policies)
    expect(drift).toContain("contains another token (fp:")
    const scanned = await run.look("scan")
    for (const place of [".zshrc OPENCLAW_GATEWAY_TOKEN", ".env OPENCLAW_GATEWAY_PASSWORD"])
      expect(scanned).toContain(place)
    expect(await run.look("scan", "--json")).toContain('"places"')
    const shown = gateway.shown().length
    expect(await run.look("doctor")).toContain("token")
    expect(gateway.shown().length, "tokens that the gateway was shown by doctor").toBeGreaterThan(shown)
    expect(await run.look("check", "Pulumi.dev.yaml")).not.toBe("")
    expect(await run.look("history", "--stack", "dev")).toContain("generation")
    expect(drift).toContain("launch-agent-token")
    await says(0, "preview", "--diff")
    run.report(await says(0, "preview", "--json"))
    await says(0, "preview", "--save-plan", join(space.folder, "tmp/drift.plan"))
    await says(0, "up", "--yes")

    declare({ rotation: 2 }, places)
    await says(0, "preview", "--diff", "--save-plan", join(space.folder, "tmp/rotation.plan"))
    await says(0, "up", "--yes", "--skip-preview", "--logtostderr", "-v=8")
    declare({ rotation: 1 }, places)
    await says(0, "up", "--yes", "--logtostderr", "-v=8", ...policies)

    write(space, "late.env", `OPENCLAW_GATEWAY_TOKEN=${run.hide("foreign", strong())}\n`)
    declare({ rotation: 1 }, { ...places, late })
    expect(await says(255, "preview")).toContain("does not know")
    expect(await says(255, "up", "--yes", "--skip-preview")).toContain("does not know")
    declare({ rotation: 1 }, { ...places, late: { ...late, overwrite: true } })
    await says(0, "up", "--yes", "--skip-preview")

    const right = new Map(files.slice(0, 6).map((name) => [name, readFileSync(space.at(name), "utf8")]))
    for (const [name, text] of right) write(space, name, broken(name, text))
    expect(await says(0, "preview")).toContain("unreadable")
    expect(await run.look("scan")).toContain("unreadable")
    await says(255, "up", "--yes", "--skip-preview", "--continue-on-error")
    for (const [name, text] of right) write(space, name, text)

    const frozen = space.at(".openclaw/gatekey/gateway-token")
    declare({ rotation: 3 }, places)
    freeze(frozen, true)
    onTestFinished(() => freeze(frozen, false))
    await says(255, "up", "--yes", "--skip-preview", "--continue-on-error")
    freeze(frozen, false)
    await says(0, "up", "--yes", "--skip-preview")
    declare({ rotation: 1 }, places)

    const { "tw agent": renamed, ...others } = places
    declare({ rotation: 1 }, { ...others, "tw launch agent": renamed })
    await says(0, "up", "--yes", "--skip-preview")
    await says(0, "stack", "--show-urns")
    await says(0, "stack", "export")
    await says(0, "stack", "history")
    await says(0, "destroy", "--yes")
    await run.nothing()
  })

  test.skipIf(noSshHosts !== undefined)("on another host, in its processes and files too", async () => {
    const farm = await startFarm(1)
    onTestFinished(() => farm.stop())
    const there = Object.fromEntries(
      Object.entries(places).map(([name, place]) => [name, { ...place, host: "ssh://n1" }]),
    )
    const run = await opened({ rotation: 1 }, undefined, { places: there, env: { GATEKEY_SSH_CONFIG: farm.config } })
    const { says, declare } = run
    const space = { ...run.space, at: (name: string) => join(farm.host(1).home, name) }
    settle(space, "clawdbot-local-dev")
    await says(0, "preview")
    await says(0, "up", "--yes", "--logtostderr", "-v=8")
    change(space, ".openclaw/openclaw.json", (text) => text.replace(/[0-9a-f]{64}/, run.hide("drifted", strong())))
    change(space, ".zshrc", (text) => `${text}export OPENCLAW_GATEWAY_TOKEN=${run.hide("exported", strong())}\n`)
    expect(await says(0, "preview")).toContain("contains another token (fp:")
    await says(0, "up", "--yes")
    declare({ rotation: 2 }, there)
    farm.host(1).kill()
    expect(await says(255, "up", "--yes", "--skip-preview")).toContain("unreachable")
    await farm.host(1).start()
    await says(0, "up", "--yes", "--skip-preview")
    await says(0, "destroy", "--yes")
    await run.nothing()
  })

  test.skipIf(noPass)("in a vault, nor among the words that its programs are given", async () => {
    const store = passwordStore()
    onTestFinished(() => store.stop())
    const { GNUPGHOME = "", PASSWORD_STORE_DIR = "" } = store.env
    const write = ["pass", "insert", "--multiline", "--force", "gateway"]
    const host = `exec:${JSON.stringify({ read: ["pass", "show", "gateway"], write })}`
    const vault = { host, path: "/token", locator: "*", format: "file" } as const
    const kept = { ...places, vault }
    const credential = strong()
    const env = { GNUPGHOME, PASSWORD_STORE_DIR, OP_CONNECT_TOKEN: credential, EVENTS_API_TOKEN: credential }
    const run = await opened({ rotation: 1 }, vaultEnvironment, { places: kept, env })
    run.hide("the vault's credential", credential)
    settle(run.space, "clawdbot-local-dev")
    await run.says(0, "preview")
    await run.says(0, "up", "--yes", "--logtostderr", "-v=8")
    store.insert("gateway", `${run.hide("drifted", strong())}\n`)
    expect(await run.says(0, "preview")).toContain("contains another token (fp:")
    await run.says(0, "up", "--yes", "--logtostderr", "-v=8")
    const item = join(PASSWORD_STORE_DIR, "gateway.gpg")
    const sealed = readFileSync(item)
    writeFileSync(item, "no message of gpg")
    expect(await run.says(0, "preview")).toContain("pass")
    writeFileSync(item, sealed)
    run.declare({ rotation: 2 }, kept)
    await run.says(0, "up", "--yes")
    await run.says(0, "destroy", "--yes")
    await run.nothing()
  })

  test.skipIf(noHaproxy !== undefined)("of a guard: no private key, no JWT, and no name of its header", async () => {
    const [echo, guarded, closed] = [await startEcho(), await freePort(), await freePort()]
    const [way, other] = [await freePort(), await freePort()]
    const site = { ...{ gateway: echo.port, guarded, closed }, ...{ way, other } }
    const places = {}
    const first = guardFleet(site, { header: 1 })
    const run = await opened({ rotation: 1 }, undefined, { places, more: first, allowed: guardFiles })
    const { space, says, declare } = run
    onTestFinished(() => endLeftBehind(space.folder))
    const learn = () => {
      for (const [name, value] of [...guardSecrets(space), ...bearerSecrets("gatekey:home")]) run.hide(name, value)
    }
    const config = { gateway: { port: closed, auth: { mode: "token", token: run.hide("the gateway's", strong()) } } }
    write(space, ".openclaw/openclaw.json", JSON.stringify(config))
    write(space, ".openclaw/.env", `OPENCLAW_GATEWAY_TOKEN=${run.hide("left behind", strong())}\n`)
    await says(0, "up", "--yes", "--skip-preview", "--logtostderr", "-v=8")
    learn()
    await until(async () => (await statusBy(way)) === 101 && (await statusBy(other)) === 101)

    declare({ rotation: 1 }, places, { ...first, ...trust(site, 1) })
    expect(await says(255, "preview", "--diff")).toContain("has OPENCLAW_GATEWAY_TOKEN; expected none")
    rmSync(space.at(".openclaw/.env"))
    await says(0, "preview", "--diff", "--save-plan", join(space.folder, "tmp/switch.plan"))
    await says(0, "up", "--yes", "--skip-preview", "--logtostderr", "-v=8")
    expect(readFileSync(space.at(".openclaw/openclaw.json"), "utf8")).toContain(
      headerIn(readFileSync(space.at(`${guardFolder}/proxy.cfg`), "utf8")),
    )

    // One is removed and refused, and all that can be made anew is, in a configuration that somebody has changed.
    change(space, `${guardFolder}/proxy.cfg`, (text) => text.replace("timeout tunnel 1h", "timeout tunnel 2h"))
    const second = { ...guardFleet(site, { header: 2, generation: 2 }), ...trust(site, 2) }
    declare({ rotation: 1 }, places, { ...second, authority: { generation: 2, phase: "trust" } })
    expect(await says(0, "preview", "--diff")).toContain("proxy.cfg differs")
    await says(0, "up", "--yes", "--skip-preview", "--logtostderr", "-v=8")
    learn()
    expect(await statusBy(way)).toBe(403)
    await run.record()
    await says(0, "destroy", "--yes", "--skip-preview")
    await run.nothing()
  })

  test("an adopted weak token", async () => {
    const run = await opened({ rotation: 1, adopt: { from: "local|~/.openclaw/openclaw.json|gateway.auth.token" } })
    settle(run.space, run.hide("weak", strong().slice(0, 20)))
    await run.says(0, "preview")
    await run.says(0, "up", "--yes", "--logtostderr", "-v=8")
    await run.nothing()
  })

  test.skipIf(process.platform !== "linux")(
    "a provider that crashes: no core file, and a report without a secret",
    async () => {
      const run = await opened({ rotation: 1 }, givenPassphrase, { env: crashEnvironment })
      const { space } = run
      settle(space, "clawdbot-local-dev")
      await run.says(0, "up", "--yes", "--skip-preview")
      run.declare({ rotation: 2 }, places)
      const words = ["up", "--yes", "--skip-preview"]
      const { aborted, code, output } = await crashDuring(space, words)
      expect([aborted, code], output).toEqual([true, 255])
      await run.printed(output, ...words)
      expect(readdirSync(space.at(`../${crashFolder}`)).length).toBeGreaterThan(0)
      expect(coresIn(space.folder)).toEqual([])
      await run.nothing()
    },
  )

  test("but where SECURITY.md says that Pulumi itself prints it", async () => {
    const run = await opened({ rotation: 1 }, /^.*rpc\.go:\d+\].*$/gm)
    settle(run.space, "clawdbot-local-dev")
    await run.says(0, "up", "--yes", "--skip-preview", "--logtostderr", "-v=9")
    await run.nothing()
    expect(run.cut(), "secrets in the engine's lines").toBeGreaterThan(0)
  })

  test("a token adopted from the configuration: only the engine gives it on, to the program", async () => {
    const run = await opened({ rotation: 1, adopt: { secret: true } }, programEnvironment)
    const value = run.hide("configured", strong())
    settle(run.space, value)
    expect((await run.space.secret("adopt", value)).code).toBe(0)
    await run.says(0, "preview", "--json")
    await run.says(0, "up", "--yes", "--skip-preview", "--logtostderr", "-v=8")
    await run.nothing()
    expect(run.cut(), "secrets in the program's environment").toBeGreaterThan(0)
  })

  test.skipIf(process.env.CI !== "true")("every source, kind of secret and form of the tables was searched", () => {
    expect(gapsIn(notes, wholeOnly)).toEqual([])
  })
})

/** They are shown every secret of the stack. */
const policies = ["--policy-pack", join(root, "policy")]

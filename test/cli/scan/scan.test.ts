import { execFileSync, spawn } from "node:child_process"
import { once } from "node:events"
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it, onTestFinished } from "vitest"
import { homeScript } from "../../../survey/collect/home-script.ts"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder, noMount } from "../../support/hosts/machine.ts"
import { onEachHost, type Reached } from "../../support/hosts/on-each-host.ts"
import { freePort, listenerScript } from "../../support/products/listener.ts"
import { wireDouble } from "../../support/products/wire-double.ts"
import { strong } from "../../support/tokens.ts"
import { lay, snapshot } from "../../support/tree.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"
const at = (host: Reached, path: string) => ["--host", host.name, "--home", host.there(path)]

interface Place {
  readonly place: string
  readonly holds: string
  readonly mode?: string
  readonly findings: readonly string[]
}

onEachHost((host) => {
  it("finds every place of a home, and changes nothing", async () => {
    const home = host.folder()
    const [a, b, c, d] = [strong(), strong(), strong(), strong()]
    const port = await freePort()
    lay(home, {
      ".openclaw/openclaw.json": `// mine\n{gateway:{mode:"remote",port:${port},remote:{token:"${a}"}}}`,
      ".openclaw/openclaw.json.bak": [`{gateway:{auth:{token:"${b}"}}}`, 0o644],
      ".openclaw/.env": `${O}="${c}"\r\n`,
      ".zshrc": `export ${O}='${a}'\n`,
      ".config/fish/config.fish": `set -gx ${O} ${b}\n`,
      ".config/systemd/user/openclaw-node.service": `[Service]\nExecStart=/usr/bin/openclaw node run\nEnvironmentFile=-${host.there(home)}/my node.env\n`,
      ".config/systemd/user/openclaw-node.service.d/10-token.conf": `[Service]\nEnvironment=${O}=${d}\n`,
      "my node.env": `${O}=${a}\n`,
      "stack one/docker-compose.yml": `services:\n  gw:\n    image: openclaw\n    environment:\n      ${O}: ${b}\n`,
      "stack one/.env": `${O}=${c}\n`,
      "bin/-start it": [`#!/bin/sh\nexec openclaw gateway run --token ${d}\n`, 0o700],
      "Library/LaunchAgents/mine.plist": `<plist><dict><key>EnvironmentVariables</key><dict><key>${O}</key><string>${a}</string></dict></dict></plist>`,
      "node_modules/x/openclaw.sh": `export ${O}=${strong()}\n`,
      "notes/a*[b]?.sh": `${O}=${c}\n`,
      "notes/new\nline.sh": `${O}=${strong()}\n`,
      "deep/1/2/3/4/x.sh": `${O}=${strong()}\n`,
      "big.sh": `${O}=${strong()}\n${"#".repeat(300_000)}`,
      "other.sh": "echo hello\n",
    })
    const before = snapshot(home)
    const { code, stdout, stderr } = await gatekey(["scan", "--json", ...at(host, home)])
    expect(code).toBe(2)
    expect(stderr).toMatch(
      /^[^\n]* not everything was checked: [^\n]*\/big\.sh, of more than 255 KB: not looked at by name\n$/,
    )
    expect(snapshot(home)).toEqual(before)
    const { places } = JSON.parse(stdout) as { places: Place[] }
    const own = places.filter(({ place }) => place.startsWith("~/")).map(({ place, holds }) => `${place}: ${holds}`)
    const letters = new Map(own.map((line) => [line.slice(0, line.lastIndexOf(":")), line.slice(-1)]))
    const letter = (place: string) => letters.get(place)
    expect(own.map((line) => line.slice(0, line.lastIndexOf(":"))).sort()).toEqual(
      [
        "~/.openclaw/openclaw.json gateway.remote.token",
        "~/.openclaw/openclaw.json.bak gateway.auth.token",
        `~/.openclaw/.env ${O}`,
        `~/.zshrc ${O}`,
        `~/.config/fish/config.fish ${O} (line 1)`,
        `~/.config/systemd/user/openclaw-node.service.d/10-token.conf ${O}`,
        `~/my node.env ${O}`,
        `~/stack one/docker-compose.yml gw.${O}`,
        `~/stack one/.env ${O}`,
        "~/bin/-start it --token",
        `~/Library/LaunchAgents/mine.plist ${O}`,
        `~/notes/a*[b]?.sh ${O}`,
      ].sort(),
    )
    expect(letter(`~/.zshrc ${O}`)).toBe(letter("~/.openclaw/openclaw.json gateway.remote.token"))
    expect(letter(`~/.openclaw/.env ${O}`)).toBe(letter(`~/stack one/.env ${O}`))
    expect(letter(`~/.config/fish/config.fish ${O} (line 1)`)).toBe(
      letter("~/.openclaw/openclaw.json.bak gateway.auth.token"),
    )
    expect(letter("~/bin/-start it --token")).toBe(
      letter(`~/.config/systemd/user/openclaw-node.service.d/10-token.conf ${O}`),
    )
    expect(places.find(({ place }) => place.includes(".bak"))).toMatchObject({ mode: "0644" })
    for (const value of [a, b, c, d]) expect(stdout).not.toContain(value)
  })

  it("says the same in words, and in the table", async () => {
    const home = host.folder()
    lay(home, { ".openclaw/openclaw.json.bak": `{gateway:{auth:{token:"${strong()}"}}}` })
    const words = at(host, home)
    const [text, json] = await Promise.all([gatekey(["scan", ...words]), gatekey(["scan", "--json", ...words])])
    const { causes, places } = JSON.parse(json.stdout) as { causes: { sentence: string }[]; places: Place[] }
    expect(text.code).toBe(json.code)
    for (const { sentence } of causes) expect(text.stdout).toContain(sentence)
    for (const { place } of places) expect(text.stdout).toContain(place)
  })

  it("finds the files of a service that has them elsewhere, and of a drop-in the same", async () => {
    const home = host.folder()
    const [a, b] = [strong(), strong()]
    const unit = (role: string, more: string) => `[Service]\nExecStart=/usr/bin/openclaw ${role} run\n${more}`
    const config = (mode: string, key: string, token: string) => `{gateway:{mode:"${mode}",${key}:{token:"${token}"}}}`
    lay(home, {
      "claw/openclaw.json": config("local", "auth", a),
      "claw/openclaw.json.bak": config("local", "auth", b),
      "claw/.env": `${O}=${b}\n`,
      "node/mine.json": config("remote", "remote", a),
      ".config/systemd/user/openclaw-gateway.service": unit("gateway", "Environment=OPENCLAW_STATE_DIR=%h/claw\n"),
      ".config/systemd/user/openclaw-node.service": unit("node", ""),
      ".config/systemd/user/openclaw-node.service.d/1.conf": `[Service]\nEnvironment=OPENCLAW_CONFIG_PATH=${host.there(home)}/node/mine.json\n`,
    })
    const { stdout } = await gatekey(["scan", "--json", ...at(host, home)])
    const { places } = JSON.parse(stdout) as { places: (Place & { readers: string[] })[] }
    expect(
      places.map(({ place, holds, readers }) => [
        place,
        holds.slice(-1),
        readers.map((each) => /\(.*/.exec(each)?.[0]),
      ]),
    ).toEqual([
      ["~/claw/openclaw.json gateway.auth.token", "A", ["(wins)"]],
      ["~/claw/openclaw.json.bak gateway.auth.token", "B", []],
      [`~/claw/.env ${O}`, "B", ["(config wins)"]],
      ["~/node/mine.json gateway.remote.token", "A", ["(wins)"]],
    ])
  })

  it("follows a home that is a link", async () => {
    const top = host.folder()
    lay(top, { "real/.openclaw/.env": `${O}=${strong()}\n`, "real/bin/x": `openclaw gateway --token ${strong()}\n` })
    symlinkSync("real", join(top, "link"))
    const { stdout } = await gatekey(["scan", "--json", ...at(host, join(top, "link"))])
    expect((JSON.parse(stdout) as { places: Place[] }).places.map(({ place }) => place)).toEqual([
      `~/.openclaw/.env ${O}`,
      "~/bin/x --token",
    ])
  })

  it("is clean where nothing is", async () => {
    const home = host.folder()
    const { code, stdout } = await gatekey(["scan", ...at(host, home)])
    const name = host.name === "local" ? "this machine" : host.name
    expect([code, stdout]).toEqual([0, `Checked ${name}, ${host.there(home)}.\nNo gateway and no node was found.\n`])
  })

  it("ends with 2 where the home is none", async () => {
    const missing = join(host.folder(), "nobody")
    const { code, stdout, stderr } = await gatekey(["scan", ...at(host, missing)])
    expect([code, stdout]).toEqual([2, ""])
    expect(stderr).toBe(
      `gatekey scan: ${host.name}: the folder ${host.there(missing)} cannot be read; name the home: --home /home/NAME\n`,
    )
  })

  it("tells what cannot be parsed, a link that leads nowhere, and a folder in place of a file", async () => {
    const home = host.folder()
    lay(home, { ".openclaw/openclaw.json": `{gateway:{auth:{token:"${strong()}"`, ".clawdbot/.env": "x\n" })
    symlinkSync("nowhere", join(home, ".openclaw/.env"))
    mkdirSync(join(home, ".clawdbot/clawdbot.json"))
    const { stdout } = await gatekey(["scan", "--json", ...at(host, home)])
    const { places } = JSON.parse(stdout) as { places: Place[] }
    expect(places.map(({ place, holds }) => `${place}: ${holds.replace(/: .*/, "")}`)).toEqual([
      "~/.openclaw/openclaw.json: unreadable",
      "~/.openclaw/.env: unreadable",
      "~/.clawdbot/clawdbot.json: unreadable",
    ])
  })
})

describe("the exit code", () => {
  it("is 0 with a gateway that takes what its files give it", async () => {
    const [home, token] = [folder(), strong()]
    const wire = await wireDouble((shown) => shown === token)
    lay(home, { ".openclaw/openclaw.json": `{gateway:{mode:"local",port:${wire.port},auth:{token:"${token}"}}}` })
    const { code, stdout } = await gatekey(["scan", "--home", home])
    // The double is this test's own process, and no gateway of that home.
    expect(code).toBe(1)
    expect(stdout).toMatch(new RegExp(`\\nPort ${wire.port} on .* belongs to pid ${process.pid} `))
    expect(wire.shown).not.toContain(token)
  })

  it.each<[string, Record<string, string>, string]>([
    [
      "a password",
      { ".openclaw/openclaw.json": `{gateway:{mode:"local",auth:{mode:"password",password:"${strong()}"}}}` },
      "1 place contains a password in plaintext, 1 password in all.",
    ],
    [
      "a token beside a password",
      {
        ".openclaw/openclaw.json": `{gateway:{mode:"local",auth:{mode:"token",token:"${strong()}"}}}`,
        ".openclaw/.env": `OPENCLAW_GATEWAY_PASSWORD=${strong()}\n`,
      },
      "2 places contain a token or a password in plaintext, 1 token and 1 password in all.",
    ],
  ])("counts what is in plaintext: %s", async (_, files, line) => {
    const home = folder()
    lay(home, files)
    const { stdout } = await gatekey(["scan", "--home", home])
    expect(stdout).toContain(`\n${line}\n`)
  })

  it.each([
    [["scan", "--host", "ftp://x"], `a text of 7 characters is not a host`],
    [["scan", "--home", "relative"], `a text of 8 characters is not a valid home`],
    [["doctor", "--home", "relative"], `a text of 8 characters is not a valid home`],
    [["scan", "--cwd", "/nonexistent"], "is not a readable folder"],
    [["scan", "--stack", "none"], "contains no Pulumi.none.yaml"],
    [["doctor", "nobody-there"], "no nobody-there was found"],
    [["scan", "--host", "ssh://nobody.invalid"], "nobody.invalid"],
    [["doctor", "ssh://nobody.invalid"], "nobody.invalid"],
  ])("is 2 for what cannot be looked at: %j", async (words, message) => {
    const { code, stderr } = await gatekey(words)
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)])
  })
})

it.skipIf(noMount)(
  `a gateway with another home at the same path is none of this home's [${noMount ?? "tmpfs"}]`,
  async () => {
    const [home, port] = [folder(), await freePort()]
    const script = listenerScript("openclaw/openclaw.mjs")
    const running = `mount -t tmpfs none "$1" && exec "$2" "$3" gateway run`
    const words = ["--mount", "--propagation", "private", "sh", "-c", running, "sh", home, process.execPath, script]
    const env = { PATH: process.env.PATH, HOME: home, LISTEN: `127.0.0.1 ${port}` }
    const child = spawn("/usr/bin/unshare", words, { env, stdio: ["ignore", "pipe", "inherit"] })
    onTestFinished(() => void child.kill("SIGKILL"))
    await once(child.stdout, "data")
    expect(await gatekey(["scan", "--home", home])).toMatchObject({
      code: 0,
      stdout: `Checked this machine, ${home}.\nNo gateway and no node was found.\n`,
    })
  },
)

describe("a large home", () => {
  it("is looked at by what may hold a token alone", async () => {
    const home = folder()
    const filler = join(home, "data/a/b")
    mkdirSync(filler, { recursive: true })
    for (let at = 0; at < 3_000; at++) writeFileSync(join(filler, `${at}-${"x".repeat(200)}.sh`), "echo\n")
    lay(home, { "data/a/z.sh": `${O}=${strong()}\n` })
    const { stdout } = await gatekey(["scan", "--json", "--home", home])
    expect((JSON.parse(stdout) as { places: Place[] }).places.map(({ place }) => place)).toEqual([`~/data/a/z.sh ${O}`])
  })

  it("is not waited for where a config or a dotenv is a pipe", async () => {
    const home = folder()
    mkdirSync(join(home, ".openclaw"))
    for (const name of ["openclaw.json", ".env", "openclaw.json.bak"])
      execFileSync("/usr/bin/mkfifo", [join(home, ".openclaw", name)])
    const { code, stdout, stderr } = await gatekey(["scan", "--home", home])
    expect([code, stderr]).toEqual([1, ""])
    expect(stdout).toMatch(/openclaw\.json on .* cannot be read: is not a regular file/)
  })

  it("is asked for the variables that a config names in place of a token, and for no other", () => {
    const home = folder()
    const named = (name: string) => `"$${`{${name}}`}"`
    const auth = `{"token": ${named("MY_TOKEN")}, password: {\n  source: 'env',\n  'id': 'MY_PASSWORD'}}`
    const others = `x: {botToken: ${named("BOT")}, apiKey: ${named("API_KEY")}, models: ["$HOME"]}`
    lay(home, { ".openclaw/openclaw.json": `{gateway: {auth: ${auth}}, ${others}}` })
    const said = execFileSync("sh", ["-s", home], { input: homeScript(home).script, encoding: "utf8" })
    expect(said.match(/(?<=^gk:named ).*/gm)).toEqual(["MY_PASSWORD", "MY_TOKEN"])
  })

  it("is looked at where a folder may not be read", async () => {
    const home = folder()
    lay(home, { "bin/x": `${O}=${strong()}\n`, "closed/y.sh": `${O}=${strong()}\n` })
    chmodSync(join(home, "closed"), 0)
    const { stdout } = await gatekey(["scan", "--json", "--home", home])
    expect((JSON.parse(stdout) as { places: Place[] }).places.map(({ place }) => place)).toContain(`~/bin/x ${O}`)
    chmodSync(join(home, "closed"), 0o700)
  })
})

const declares = (home: string) =>
  `config:\n  gatekey:token: {rotation: 1}\n  gatekey:gateways:\n    studio: {host: local, home: ${home}, manager: process}\n`

describe("the words of a scan", () => {
  it("tell two homes of one host apart", async () => {
    const homes = [folder(), folder()]
    for (const home of homes)
      lay(home, { ".openclaw/openclaw.json": [`{gateway:{mode:"local",auth:{token:"${strong()}"}}}`, 0o644] })
    const { stdout } = await gatekey(["scan", "--json", "--home", ...homes])
    const { causes, places } = JSON.parse(stdout) as { causes: { sentence: string }[]; places: { host: string }[] }
    for (const home of homes) {
      expect(causes.filter(({ sentence }) => sentence.includes(`(${home})`))).not.toEqual([])
      expect(places.filter(({ host }) => host.endsWith(` (${home})`))).toHaveLength(1)
    }
  })

  it.each([
    ["several stacks", { "Pulumi.a.yaml": declares("~"), "Pulumi.b.yaml": declares("~") }],
    ["a stack of other homes, as in a fresh clone", { "Pulumi.dev.yaml": declares("./.sandbox/studio") }],
    ["a stack with a wrong value", { "Pulumi.a.yaml": "config: {gatekey:token: {rotation: x}}\n" }],
    ["a stack that is not valid YAML", { "Pulumi.a.yaml": "config:\n  gatekey:token: {rotation: 1\n" }],
  ])("check this machine, or what is named, in a folder with %s", async (_, files) => {
    const [cwd, home] = [folder(), folder()]
    lay(cwd, { "Pulumi.yaml": "name: x\nruntime: nodejs\n", ...files })
    const expected = {
      code: 0,
      stdout: `Checked this machine, ${home}.\nNo gateway and no node was found.\n`,
      stderr: "",
    }
    expect(await gatekey(["scan", "--cwd", cwd], home)).toEqual(expected)
    expect(await gatekey(["scan", "--cwd", cwd, "--home", home])).toEqual(expected)
    const doctor = await gatekey(["doctor", "--cwd", cwd], home)
    expect([doctor.code, doctor.stderr]).toEqual([
      2,
      expect.stringContaining("no node and no gateway was found on local"),
    ])
  })

  it("check the homes of a stack that is named, and say so if none of them can be checked", async () => {
    const [cwd, home] = [folder(), folder()]
    lay(cwd, {
      "Pulumi.yaml": "name: x\nruntime: nodejs\n",
      "Pulumi.a.yaml": declares(home),
      "Pulumi.b.yaml": declares("./none"),
    })
    const { code, stdout } = await gatekey(["scan", "--cwd", cwd, "--stack", "a"])
    expect([code, stdout]).toEqual([0, `Checked this machine, ${home}.\nNo gateway and no node was found.\n`])
    const none = await gatekey(["scan", "--cwd", cwd, "--stack", "b"])
    expect([none.code, none.stdout, none.stderr]).toEqual([
      2,
      "",
      expect.stringMatching(
        /none cannot be read; .*\nPulumi\.b\.yaml declares these homes; to check this machine: npx --no -- gatekey scan\n$/,
      ),
    ])
  })

  it("name each home that was checked, also in JSON", async () => {
    const homes = [folder(), folder()]
    const words = ["scan", "--home", ...homes]
    expect((await gatekey(words)).stdout).toMatch(
      `Checked 2 homes: this machine, ${homes[0]}; this machine, ${homes[1]}.\n`,
    )
    expect(JSON.parse((await gatekey([...words, "--json"])).stdout)).toMatchObject({
      checked: homes.map((home) => ({ host: "local", home })),
    })
  })

  it("name the port that a stack declares, where nothing else says one", async () => {
    const [cwd, home, port] = [folder(), folder(), await freePort()]
    lay(home, { ".openclaw/openclaw.json": `{gateway:{mode:"local",auth:{token:"${strong()}"}}}` })
    const gateway = `{host: local, home: ${home}, manager: process, service: none, port: ${port}}`
    lay(cwd, {
      "Pulumi.yaml": "name: x\nruntime: nodejs\n",
      "Pulumi.a.yaml": `config:\n  gatekey:token: {rotation: 1}\n  gatekey:gateways:\n    studio: ${gateway}\n`,
    })
    const sentences = async (...words: string[]) => {
      const { stdout } = await gatekey([...words, "--json", "--cwd", cwd])
      return (JSON.parse(stdout) as { causes: { sentence: string }[] }).causes.map(({ sentence }) => sentence)
    }
    const expected = [`no gateway answers on studio, port ${port}: nothing listens there`]
    expect(await sentences("scan", "--stack", "a")).toEqual(expected)
    expect(await sentences("scan", "--home", home)).toEqual(expected)
    expect(await sentences("doctor", "studio")).toEqual(expected)
  })
})

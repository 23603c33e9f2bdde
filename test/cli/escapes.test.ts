import { execFile } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { describe, expect, test } from "vitest"
import { hostile, rawIn, rawTexts } from "../support/hostile/escapes.ts"
import { hostilePrograms, hostileSsh } from "../support/hostile/hostile-programs.ts"
import { folder } from "../support/hosts/machine.ts"
import { type Answer, answers, hostileGateway } from "../support/products/hostile-gateway.ts"
import { strong } from "../support/tokens.ts"
import { lay } from "../support/tree.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"
const program = resolve(import.meta.dirname, "../../cli/gatekey")

interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly cwd: string
}

/** The command line on such a machine. */
function gatekey(words: readonly string[], home: string, bin: string, cwd = folder()): Promise<Outcome> {
  const env = {
    HOME: home,
    PATH: `${bin}:${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
    TMPDIR: folder(),
  }
  return new Promise((done) => {
    execFile(program, [...words], { cwd, env, timeout: 120_000 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr, cwd }),
    )
  })
}

/** Everything that a command printed or wrote, searched; JSON is parsed as well, as the next program does. */
function rawOf({ stdout, stderr, cwd }: Outcome, isJson = false): string[] {
  const written = readdirSync(cwd)
    .filter((name) => name !== "Pulumi.yaml")
    .flatMap((name) => rawIn(readFileSync(join(cwd, name), "utf8")).map((found) => `${name}: ${found}`))
  return [
    ...rawIn(stdout).map((found) => `stdout: ${found}`),
    ...rawIn(stderr).map((found) => `stderr: ${found}`),
    ...written,
    ...(isJson && stdout !== "" ? rawTexts(JSON.parse(stdout)) : []),
  ]
}

/** A home in which every name and every text that has no meaning is a hostile one. */
function hostileHome(port: number): string {
  const home = folder()
  const [a, b] = [strong(), strong()]
  const config = (gateway: object) =>
    JSON.stringify({
      secrets: { providers: { [hostile]: { source: "file", path: `/x/${hostile}` } } },
      gateway,
    })
  const dictionary = (label: string) =>
    `<plist><dict><key>Label</key><string>${label}</string><key>ProgramArguments</key><array><string>openclaw</string><string>gateway</string></array><key>EnvironmentVariables</key><dict><key>${O}</key><string>${b}</string></dict></dict></plist>`
  lay(home, {
    ".openclaw/openclaw.json": config({ mode: "local", port, auth: { mode: hostile, token: a } }),
    ".openclaw/openclaw.json.bak": [`{gateway:{auth:{token:"${b}"}}}`, 0o644],
    ".openclaw/.env": `${O}=${b}\n${hostile}=${hostile}\n`,
    ".openclaw/gatekey/marker.json": JSON.stringify({
      stack: hostile,
      generation: 3,
      highest: 3,
      fingerprint: hostile,
      at: hostile,
    }),
    [`.openclaw-${hostile}/openclaw.json`]: config({
      mode: "remote",
      remote: { url: `ws://${hostile}:1/`, token: { source: "file", provider: hostile, id: "value" } },
    }),
    [`.openclaw-z${hostile}/openclaw.json`]: config({ mode: "local", auth: { token: `\${${hostile}}` } }),
    [`.openclaw-p${hostile}/openclaw.json`]: `{"gateway": "${hostile}`,
    ".clawdbot/clawdbot.json": config({ mode: hostile, remote: { url: hostile, token: b } }),
    ".zshrc": `export ${O}='${b}' # ${hostile}\n`,
    [`.config/fish/conf.d/${hostile}.fish`]: `set -gx ${O} ${a}\n`,
    [`.config/systemd/user/openclaw-${hostile}.service`]: `[Unit]\nDescription=${hostile}\n[Service]\nExecStart=/usr/bin/openclaw gateway run ${hostile} --token ${b}\nEnvironmentFile=-%h/${hostile}.env\nEnvironment=${O}=${b}\n`,
    ".config/systemd/user/openclaw-node.service": `[Service]\nExecStart=/usr/bin/openclaw node run --url ws://${hostile}\nUser=${hostile}\n`,
    [`Library/LaunchAgents/${hostile}.plist`]: dictionary("a\u009b31m\u202e"),
    "Library/LaunchAgents/broken.plist": `<plist><dict>${hostile}openclaw`,
    [`${hostile}.env`]: `${O}=${b}\n`,
    [`stack ${hostile}/docker-compose.yml`]: `services:\n  ${JSON.stringify(hostile)}:\n    image: ${JSON.stringify(`openclaw${hostile}`)}\n    environment:\n      ${O}: ${b}\n`,
    [`stack ${hostile}/.env`]: `${O}=${b}\n`,
    [`bin/${hostile}`]: [`#!/bin/sh\n# ${hostile}\nexec openclaw gateway run --token ${b} --url ${hostile}\n`, 0o777],
    "bin/broken.sh": `openclaw gateway run --token "${hostile}\n`,
    ".local/state/gatekey/openclaw-gateway.log": `Invalid config ${hostile}\nauth token mismatch ${hostile}\n`,
    ".local/state/gatekey/openclaw-node.log": `unauthorized ${hostile}\n`,
  })
  return home
}

const ways = [
  ["this machine", []],
  ["a host over ssh", ["--host", "ssh://x.example"]],
] as const

describe.each(ways)("escapes in all that a home and its programs say, on %s", (_, host) => {
  const gatewayThat = async (answer: Answer) => {
    const home = folder()
    const port = await hostileGateway(home, answer)
    lay(home, {
      ".openclaw/openclaw.json": JSON.stringify({ gateway: { mode: "local", port, auth: { token: strong() } } }),
    })
    return home
  }

  test("and in each gateway's answer, in a scan of all of them", async () => {
    const homes = await Promise.all(answers.map(gatewayThat))
    const bin = hostilePrograms({ ssh: hostileSsh(homes[0] ?? "") })
    for (const words of [["scan"], ["scan", "--json"]]) {
      const done = await gatekey([...words, ...host, "--home", ...homes], homes[0] ?? "", bin)
      expect([words, rawOf(done, words.includes("--json"))]).toEqual([words, []])
      const missing = homes.filter((home) => !done.stdout.includes(home.slice(home.lastIndexOf("/") + 1)))
      expect(missing, `${done.stdout}${done.stderr}`).toEqual([])
    }
  })

  test.each(answers)("and in a gateway's answer to a doctor: %s", async (answer) => {
    const home = await gatewayThat(answer)
    const done = await gatekey(["doctor", ...host], home, hostilePrograms({ ssh: hostileSsh(home) }))
    expect(rawOf(done)).toEqual([])
    expect(done.stdout.length, done.stderr).toBeGreaterThan(0)
  })

  test("no command prints or writes one raw", async () => {
    const home = folder()
    const port = await hostileGateway(home, "accepted")
    const laid = hostileHome(port)
    const bin = hostilePrograms({ ssh: hostileSsh(laid) })
    for (const words of [["scan"], ["scan", "--json"], ["scan", "--write"], ["doctor"], ["doctor", "--json"]]) {
      const done = await gatekey([...words, ...host], laid, bin)
      expect([words, rawOf(done, words.includes("--json"))]).toEqual([words, []])
      expect(done.stdout, done.stderr).toMatch(/\\u\{1b\}|\\u001b/)
    }
  })
})

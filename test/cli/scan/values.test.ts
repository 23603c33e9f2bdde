import { execFileSync } from "node:child_process"
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { gatekey } from "../../support/cli/gatekey.ts"
import { folder } from "../../support/hosts/machine.ts"
import { onEachHost, type Reached } from "../../support/hosts/on-each-host.ts"
import { strong } from "../../support/tokens.ts"
import { lay, snapshot } from "../../support/tree.ts"

const at = (host: Reached, path: string) => ["--host", host.name, "--home", host.there(path)]

interface Place {
  readonly place: string
  readonly holds: string
  readonly findings: readonly string[]
}

/** What no name tells: the copies that a scan finds by the token's value. */
const copies = (a: string, b: string): { readonly [path: string]: readonly [string, string] } => ({
  ".openclaw/openclaw.json.pre-update-2": [`{gateway:{auth:{token:"${a}"}}}`, "gateway.auth.token: A"],
  ".clawmetry-gateway.json": [`{"url": "ws://127.0.0.1:1", "token": "${b}"}`, "token: B"],
  "mission-control/.env.local": [`VITE_URL=x\nGATEWAY_TOKEN="${a}"\n`, "GATEWAY_TOKEN: A"],
  "Library/Application Support/Claude/claude_desktop_config.json": [
    JSON.stringify({ mcpServers: { "open.claw": { command: "npx", args: ["x"], env: { TOKEN: a } } } }, null, 2),
    'mcpServers."open.claw".env.TOKEN: A',
  ],
  "in args.json": [JSON.stringify({ mcpServers: { o: { args: ["--token", a] } } }), "mcpServers.o.args[1]: A"],
  "ping.txt": [`#\ncurl -H "Authorization: Bearer ${a}" http://127.0.0.1:1/\n`, "line 2: A"],
  "notes/dashboard.md": [`[dashboard](http://127.0.0.1:1/#token=${a})\n`, "line 1: A"],
  "ecosystem.config.cjs": [`module.exports = {\n  apps: [{ env: { T: "${a}" } }],\n}\n`, "line 2: A"],
  ".pm2/dump.pm2": [JSON.stringify([{ name: "gw", T: a }]), "[0].T: A"],
  ".zsh_history": [
    `: 1764000000:0;ls\n: 1764000001:0;export T=${a}\nls\ncurl ${a}\ncurl ${a}\n\n# ${a}\n`,
    "lines 2, 4, 5 and 1 more: A",
  ],
  ".config/Code/User/settings.json": [`// mine\n{"gateway.token": "${a}",}`, '"gateway.token": A'],
  ".config/containers/systemd/gw.container": [`[Container]\nEnvironment=T=${a}\n`, "line 2: A"],
  "work/.git/config": [`[remote "origin"]\n\turl = https://me:${a}@git.example/x\n`, "line 2: A"],
  ".var/app/com.x/config/settings.json": [JSON.stringify({ gateway: { t: a } }), "gateway.t: A"],
  "snap/code/common/x.env": [`T=${a}\n`, "T: A"],
  "infra/main.tfvars": [`token = "${a}"\n`, "line 1: A"],
  "a/b/c/d/e/docker-compose.yml": [`services:\n  gw:\n    command: [gateway, --auth-secret, ${a}]\n`, "line 3: A"],
  "notes/two\twords [x]*.txt": [`${a} ${b}\n`, "line 1: A"],
})

onEachHost((host) => {
  it("finds a file once that a link of a folder of dotfiles leads to", async () => {
    const home = host.folder()
    const [a, b] = [strong(), strong()]
    lay(home, {
      "dot/openclaw.json": `{gateway:{mode:"local",auth:{mode:"token",token:"${a}"},remote:{token:"${b}"}}}`,
      "dot/zshrc": `export OPENCLAW_GATEWAY_TOKEN=${a}\n# ${b}\n`,
      "dot/copy.json": `{"token":"${a}"}`,
    })
    symlinkSync("dot", join(home, ".openclaw"))
    symlinkSync("dot/zshrc", join(home, ".zshrc"))
    const { stdout } = await gatekey(["scan", ...at(host, home), "--json"], folder())
    const places = (JSON.parse(stdout).places as readonly Place[]).map(({ place }) => place)
    expect(places.toSorted()).toEqual([
      "~/.openclaw/openclaw.json gateway.auth.token",
      "~/.openclaw/openclaw.json gateway.remote.token",
      "~/.zshrc OPENCLAW_GATEWAY_TOKEN",
      "~/.zshrc line 2",
      "~/dot/copy.json token",
    ])
  })

  it("finds the copies of a token by its value, in whatever file they are", async () => {
    const home = host.folder()
    const [a, b] = [strong(), strong()]
    const config = `{gateway:{mode:"local",auth:{mode:"token",token:"${a}"},remote:{token:"${b}"}},hooks:{enabled:true,token:"${a}"}}`
    const all = copies(a, b)
    lay(home, {
      ".openclaw/openclaw.json": config,
      ...Object.fromEntries(Object.entries(all).map(([path, [text]]) => [path, text])),
      // Not searched: packages, media, the product's own records, what is binary, and what is larger than 2 MB.
      "node_modules/x/index.js": a,
      "photo.png": a,
      ".openclaw/agents/main/sessions/1.jsonl": a,
      ".cache/x": a,
    })
    writeFileSync(join(home, "program"), Buffer.from(`\0\u0001${a}\0`))
    writeFileSync(join(home, "dump.txt"), `${a}\n${"x".repeat(3 << 20)}`)
    const before = snapshot(home)
    const { code, stdout, stderr } = await gatekey(["scan", "--json", ...at(host, home)])
    expect([code, stderr]).toEqual([1, ""])
    expect(snapshot(home)).toEqual(before)
    for (const token of [a, b]) expect(stdout).not.toContain(token)
    const { places } = JSON.parse(stdout) as { places: Place[] }
    const own = places.filter(({ place }) => place.startsWith("~/")).map(({ place, holds }) => `${place}: ${holds}`)
    const named = Object.entries(all).map(([path, [, found]]) => `~/${path.replace("\t", "\\u{9}")} ${found}`)
    expect(own.sort()).toEqual(
      [
        ...["gateway.auth.token: A", "gateway.remote.token: B", "hooks.token: A"].map(
          (each) => `~/.openclaw/openclaw.json ${each}`,
        ),
        "~/notes/two\\u{9}words [x]*.txt line 1: B",
        ...named,
      ].sort(),
    )
  })

  it("passes a token to a search by nothing that others can see", async () => {
    const home = host.folder()
    const token = strong()
    lay(home, { ".openclaw/openclaw.json": `{gateway:{auth:{token:"${token}"}}}` })
    for (let at = 0; at < 3000; at++) {
      if (at % 100 === 0) mkdirSync(join(home, `d${at / 100}`))
      writeFileSync(join(home, `d${Math.floor(at / 100)}`, `${at}.txt`), "x\n")
    }
    const seen = new Set<string>()
    const scan = gatekey(["scan", ...at(host, home)])
    let ended = false
    scan.finally(() => {
      ended = true
    })
    while (!ended) {
      for (const file of ["cmdline", "environ"])
        for (const line of execFileSync("sh", ["-c", `cat /proc/[0-9]*/${file} 2>/dev/null | tr '\\0' '\\n' || :`], {
          maxBuffer: 1 << 28,
        })
          .toString()
          .split("\n"))
          if (line.includes(token)) seen.add(line)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await scan
    expect([...seen]).toEqual([])
  })
})

describe("a value that is not searched for", () => {
  it.each(["short-token-1", "clawdbot-local-dev"])("%s", async (token) => {
    const home = folder()
    lay(home, { ".openclaw/openclaw.json": `{gateway:{auth:{token:"${token}"}}}`, "notes.txt": token })
    const { stdout } = await gatekey(["scan", "--json", "--host", "local", "--home", home])
    const { places } = JSON.parse(stdout) as { places: Place[] }
    expect(places.map(({ place }) => place)).toEqual(["~/.openclaw/openclaw.json gateway.auth.token"])
  })
})

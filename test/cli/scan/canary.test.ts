import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterEach, expect, it, vi } from "vitest"
import { run as runDoctor } from "../../../cli/doctor/run.ts"
import { run as runScan } from "../../../cli/scan/run.ts"
import { leaksIn } from "../../support/canary/leaks.ts"
import { folder } from "../../support/hosts/machine.ts"
import { strongTokens } from "../../support/tokens.ts"
import { lay, type Tree } from "../../support/tree.ts"

const O = "OPENCLAW_GATEWAY_TOKEN"
const C = "CLAWDBOT_GATEWAY_TOKEN"

/** Everywhere a token may stand, also where it makes its file one that cannot be read. */
const places: readonly ((token: string) => Tree)[] = [
  (t) => ({ ".openclaw/openclaw.json": `{gateway:{mode:"local",port:1,auth:{token:${JSON.stringify(t)}}}}` }),
  (t) => ({
    ".openclaw/openclaw.json": `{gateway:{mode:"remote",remote:{url:"ws://127.0.0.1:1",token:${JSON.stringify(t)}}}}`,
  }),
  (t) => ({
    ".openclaw/openclaw.json": `{gateway:{mode:"remote",remote:{url:"ws://me:${t}@127.0.0.1:1/?token=${t}"}}}`,
  }),
  (t) => ({ ".openclaw/openclaw.json": `{gateway:{auth:{token:"${t}` }),
  (t) => ({ ".openclaw/openclaw.json": `{gateway:{mode:"local",port:1,auth:{token:"$${t}"}}}` }),
  (t) => ({ ".openclaw/openclaw.json": `{gateway:{mode:"local",port:1,auth:{token:{source:"env",id:"${t}"}}}}` }),
  (t) => ({
    ".openclaw/openclaw.json": `{gateway:{mode:"local",port:1,auth:{token:{source:"file",provider:"${t}",id:"${t}"}}}}`,
  }),
  (t) => ({ ".openclaw/openclaw.json": `{gateway:{mode:"local",port:"${t}",auth:["${t}"]}}` }),
  (t) => ({ ".openclaw/openclaw.json.bak": `{gateway:{auth:{token:"${t}"},remote:{token:"${t}"}}}` }),
  (t) => ({ ".clawdbot/clawdbot.json": `{gateway:{mode:"local",port:1,auth:{token:"${t}"}}, "${t}" }` }),
  (t) => ({ ".openclaw/.env": `${O}=${t}\n${C}='${t}\n` }),
  (t) => ({ ".openclaw/.env": `${O}=$${t}\n` }),
  (t) => ({ ".zshrc": `export ${O}=${t}; ${t}\n` }),
  (t) => ({ ".config/fish/config.fish": `set -gx ${O} '${t}'\n` }),
  (t) => ({ ".config/environment.d/1.conf": `${O}="${t}"\n` }),
  (t) => ({ "bin/x": `openclaw gateway --token ${t}\n${O}="${t}"\n` }),
  (t) => ({ "x/compose.yml": `services:\n  gw:\n    environment:\n      ${O}: "${t}"\n` }),
  (t) => ({ "x/compose.yml": `services:\n  gw:\n    environment:\n      ${O}: \${A:-${t}}\n` }),
  (t) => ({ "x/compose.yml": `services: {gw: ${O} ${t}: [\n` }),
  (t) => ({
    ".config/systemd/user/openclaw-node.service": `[Service]\nExecStart=openclaw node run --token ${t}\nEnvironment=${O}=${t}\n`,
  }),
  (t) => ({
    ".config/systemd/user/openclaw-gateway.service": `[Service]\nExecStart=/bin/sh -c "openclaw gateway --port 1 --token '${t}'"\n`,
  }),
  (t) => ({ ".config/systemd/user/openclaw-node.service.d/1.conf": `[Service]\nEnvironment="${O}=${t}\n` }),
  (t) => ({
    "Library/LaunchAgents/x.plist": `<plist><dict><key>${O}</key><string>${t}</string><key>Label</key></plist>`,
  }),
  (t) => ({
    "Library/LaunchAgents/x.plist": `<plist><dict><key>ProgramArguments</key><array><string>openclaw</string><string>node</string><string>run</string><string>--token=${t}</string></array></dict></plist>`,
  }),
]

afterEach(() => void vi.restoreAllMocks())

it("no token of a home is ever printed, in whatever form", async () => {
  const cwd = folder()
  const picks = fc.uniqueArray(fc.nat({ max: places.length - 1 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(picks, fc.array(strongTokens, { minLength: 2, maxLength: 3 }), async (chosen, tokens) => {
      const home = mkdtempSync(join(tmpdir(), "gatekey-"))
      try {
        for (const [at, place] of chosen.entries()) lay(home, places[place]?.(tokens[at % tokens.length] ?? "") ?? {})
        const told: string[] = []
        vi.spyOn(process.stdout, "write").mockImplementation((text) => told.push(String(text)) > 0)
        const say = (error: Error) => void told.push(error.message)
        await Promise.all([
          runScan([], { cwd, home: [home] } as never, {} as never).catch(say),
          runScan([], { cwd, home: [home], json: true } as never, {} as never).catch(say),
          runDoctor([], { cwd, home } as never, {} as never).catch(say),
        ])
        expect(leaksIn(told.join("\n"), tokens)).toEqual([])
      } finally {
        vi.restoreAllMocks()
        rmSync(home, { recursive: true })
      }
    }),
    { numRuns: 4, examples: [[places.map((_, at) => at), ["0f".repeat(8) + "3c5a96e1".repeat(4)]]] },
  )
})

it("nor is one that stands alone, wherever that is", async () => {
  const token = "q7Wm2xRt9ZpL4vKc8NdF3hJb6GsY1uQe"
  const homes = places.map((place) => {
    const home = folder()
    lay(home, place(token))
    return home
  })
  const told: string[] = []
  vi.spyOn(process.stdout, "write").mockImplementation((text) => told.push(String(text)) > 0)
  await runScan([], { cwd: folder(), home: homes, json: true } as never, {} as never)
  vi.restoreAllMocks()
  expect(leaksIn(told.join("\n"), [token])).toEqual([])
  expect(JSON.parse(told.join("")).unseen).toEqual([])
})

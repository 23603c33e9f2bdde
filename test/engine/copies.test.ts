import { spawnSync } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { openVault } from "../../vaults/index.ts"
import { leaksIn } from "../support/canary/leaks.ts"
import { describeEngine } from "../support/engine/engine.ts"
import { root } from "../support/engine/program.ts"
import { type FleetStack, fleetStack } from "../support/fleets/fleet-stack.ts"
import { strong } from "../support/tokens.ts"
import { onePasswordAccount } from "../support/vaults/one-password.ts"

describeEngine("seven copies of one token", () => {
  test("copies become one file, and then none, since the vault has the token", async () => {
    const token = strong()
    const account = await onePasswordAccount()
    const stack = await fleetStack(account.variables)
    const kept = (item: string) => openVault({ provider: "onepassword", vault: "Home", item }, account.connect).read()
    onTestFinished(async () => {
      await stack.pulumi("destroy", "--yes", "--skip-preview")
      await stack.remove()
    })
    const home = messIn(stack, token)
    expect(scanned(stack, home, token)).toContain("\n7 places contain a token in plaintext, 1 token in all.\n")
    const declare = (delivery: string, more = {}) => stack.declare(declared(home, { delivery, ...more }))
    declare("reference")
    await settled(stack)
    expect(scanned(stack, home, token)).toContain("\n1 place contains a token in plaintext, 1 token in all.\n")
    declare("exec")
    await settled(stack)
    expect(scanned(stack, home, token)).toContain("\nNo place contains a token in plaintext.\n")
    declare("exec", { reader: { credentials: `${home}/op.env` } })
    await settled(stack)
    expect(scanned(stack, home, token)).toContain("\n1 place contains the credential of a vault that has one.\n")
    declare("reference")
    await settled(stack)
    expect(scanned(stack, home, token)).toContain("\n1 place contains a token in plaintext, 1 token in all.\n")
    // Under another name, with its record: `settled` previews once more.
    stack.declare(declared(home, { delivery: "reference" }, "gateway of the house"))
    await settled(stack)
    expect((await kept("gateway of the house"))?.generation).toBe(1)
    expect((await kept("gateway"))?.token.reveal(), "what was there stays").toBe(token)
  })
})

function messIn({ folder }: FleetStack, token: string): string {
  const home = join(folder, "studio")
  const config = JSON.stringify({ gateway: { mode: "local", port: 28_789, auth: { mode: "token", token } } })
  const variable = `OPENCLAW_GATEWAY_TOKEN=${token}`
  const files = {
    ".openclaw/openclaw.json": config,
    ".openclaw/openclaw.json.bak": config,
    ".openclaw/.env": `${variable}\n`,
    ".openclaw/gateway.systemd.env": `${variable}\n`,
    ".bashrc": `export ${variable}\n`,
    ".config/systemd/user/openclaw-gateway.service": `[Service]\nExecStart=/usr/bin/openclaw gateway run\nEnvironment=${variable}\nEnvironmentFile=-%h/.openclaw/gateway.systemd.env\n`,
    "bin/report.sh": `#!/bin/sh\nopenclaw nodes status --token ${token}\n`,
  }
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true, mode: 0o700 })
    writeFileSync(join(home, name), text, { mode: name.startsWith("bin/") ? 0o700 : 0o600 })
  }
  return home
}

function declared(home: string, how: object, item = "gateway") {
  const at = (name: string, path: string, locator: string) => ({
    name,
    path: `${home}/${path}`,
    locator,
    must: "nothing",
  })
  return {
    token: { rotation: 1, protect: false, adopt: { from: `local|${home}/.openclaw/openclaw.json|gateway.auth.token` } },
    vault: { provider: "onepassword", role: "mirror", vault: "Home", item },
    gateways: {
      studio: {
        ...{ host: "local", home, manager: "systemd", service: "none", ...how, predecessor: false },
        profiles: [`${home}/.bashrc`],
        places: [
          { ...at("backup", ".openclaw/openclaw.json.bak", "gateway.auth.token"), format: "json5" },
          at("script", "bin/report.sh", "--token"),
        ],
      },
    },
  }
}

async function settled(stack: FleetStack): Promise<void> {
  const up = await stack.pulumi("up", "--yes", "--skip-preview")
  expect(up.code, up.output).toBe(0)
  const preview = await stack.pulumi("preview", "--expect-no-changes")
  expect(preview.code, preview.output).toBe(0)
}

function scanned({ folder, env }: FleetStack, home: string, token: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, "cli/main.ts"), "scan", "--home", home], {
    cwd: join(folder, "home"),
    env,
    encoding: "utf8",
  })
  expect(leaksIn(stdout + stderr, [token])).toEqual([])
  return stdout
}

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { expect, onTestFinished, test } from "vitest"
import { parse } from "yaml"
import { describeEngine } from "../support/engine/engine.ts"
import { inlineProgram } from "../support/engine/inline-program.ts"
import { endLeftBehind } from "../support/engine/kill.ts"
import { plugins } from "../support/engine/plugins.ts"
import { root } from "../support/engine/program.ts"
import { workspace } from "../support/engine/workspace.ts"
import { layExample } from "../support/fleets/example-project.ts"
import { type FleetStack, fleetStack } from "../support/fleets/fleet-stack.ts"
import { noDockerEngine, startDockerEngine } from "../support/hosts/docker-engine.ts"
import { busyboxRoot } from "../support/hosts/ssh-machine.ts"
import { doubleProgram } from "../support/products/gateway-double.ts"
import { freePort } from "../support/products/listener.ts"
import { strong } from "../support/tokens.ts"

type Member = Record<string, unknown>
type Members = Record<string, Member>
interface Config {
  token: Member
  readonly gateways?: Members
  readonly nodes?: Members
  readonly containers?: Members
  afterRotation?: readonly Member[]
}

const up = ["up", "--yes", "--skip-preview"] as const
const secretFile = ".openclaw/gatekey/gateway-token"

/** An example's configuration as the test has it: each member in a home of its own on this machine, without a service. */
function exampleOf(file: string, stack: FleetStack, port: number): Config {
  const { config } = parse(readFileSync(join(root, "examples", file), "utf8"))
  const keys = Object.entries(config).map(([key, value]) => [key.replace("gatekey:", ""), value])
  const own: Config = Object.fromEntries(keys)
  own.token = { ...own.token, protect: false }
  const at = (name: string) => ({ host: "local", home: join(stack.folder, name) })
  for (const kind of ["gateways", "nodes"] as const)
    for (const [name, member] of Object.entries(own[kind] ?? {}))
      Object.assign(member, at(name), { manager: "process", service: "none" }, kind === "gateways" ? { port } : {})
  return own
}

function lay(home: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, name)), { recursive: true, mode: 0o700 })
    writeFileSync(join(home, name), text, { mode: 0o600 })
  }
}

async function works(stack: Pick<FleetStack, "pulumi">, ...args: string[]): Promise<string> {
  const { code, output } = await stack.pulumi(...args)
  expect(code, output).toBe(0)
  return output
}

async function started(...others: Parameters<typeof fleetStack>): Promise<FleetStack> {
  const stack = await fleetStack(...others)
  onTestFinished(async () => {
    await endLeftBehind(stack.folder)
    await stack.remove()
  })
  return stack
}

/** Deploys it, and finds nothing to do then. */
async function deploys(stack: FleetStack, config: Config): Promise<void> {
  stack.declare({ ...config })
  await works(stack, ...up)
  await works(stack, "preview", "--expect-no-changes")
}

describeEngine("the example", () => {
  test("of one Mac mini keeps the token in use, in one file", async () => {
    const [stack, port, token] = [await started(), await freePort(), strong()]
    const home = join(stack.folder, "mini")
    lay(home, {
      ".openclaw/openclaw.json": JSON.stringify({ gateway: { mode: "local", port, auth: { token } } }),
      ".zshrc": `export OPENCLAW_GATEWAY_TOKEN=${token}\n`,
    })
    const config = exampleOf("mac-mini.yaml", stack, port)
    config.token = {
      ...config.token,
      adopt: { from: `local|${home}/.openclaw/openclaw.json|gateway.auth.token` },
    }
    await deploys(stack, config)
    expect(readFileSync(join(home, secretFile), "utf8").trim() === token).toBe(true)
    for (const name of [".openclaw/openclaw.json", ".zshrc"])
      expect(readFileSync(join(home, name), "utf8")).not.toContain(token)
    await works(stack, "destroy", "--yes")
  })

  test("of a mess removes every copy, and the node needs none", async () => {
    const [stack, port, token] = [await started(), await freePort(), strong()]
    const home = (name: string) => join(stack.folder, name)
    const copy = `export OPENCLAW_GATEWAY_TOKEN=${token}\n`
    const copies = [".bashrc", ".profile", "bin/start.sh"]
    lay(home("studio"), {
      ".openclaw/openclaw.json": JSON.stringify({ gateway: { mode: "local", port, auth: { token } } }),
      ".openclaw/.env": `OPENCLAW_GATEWAY_TOKEN=${token}\n`,
      ...Object.fromEntries(copies.map((name) => [name, copy])),
    })
    lay(home("tw"), { ".openclaw/.env": "OPENCLAW_GATEWAY_TOKEN=clawdbot-local-dev\n" })
    const config = exampleOf("adopt.yaml", stack, port)
    const from = `local|${home("studio")}/.openclaw/openclaw.json|gateway.auth.token`
    config.token = { ...config.token, adopt: { from } }
    await deploys(stack, config)
    expect(readFileSync(join(home("studio"), secretFile), "utf8").trim() === token).toBe(true)
    for (const name of [...copies, ".openclaw/.env", ".openclaw/openclaw.json"])
      expect(readFileSync(join(home("studio"), name), "utf8")).not.toContain(token)
    expect(readFileSync(join(home("tw"), ".openclaw/.env"), "utf8")).not.toContain("clawdbot-local-dev")
  })

  test("of the incident's fleet adopts the predecessor's token; its script, Compose file and hook are of the fleet", async () => {
    const command = plugins("command")
    const stack = await started(command.env, command.providers)
    const [port, token] = [await freePort(), strong()]
    const home = (name: string) => join(stack.folder, name)
    const stale = "clawdbot-local-dev"
    lay(home("studio"), { ".clawdbot/clawdbot.json": JSON.stringify({ gateway: { port, auth: { token } } }) })
    lay(home("tw"), {
      "bin/start-node.sh": `#!/bin/sh\nexport CLAWDBOT_GATEWAY_TOKEN=${stale}\nexec sleep 1\n`,
      "gateway/docker-compose.yml": `services:\n  gateway:\n    environment:\n      CLAWDBOT_GATEWAY_TOKEN: ${stale}\n`,
    })
    const config = exampleOf("incident.yaml", stack, port)
    Object.assign(config.containers?.old ?? {}, { host: "local", home: home("tw") })
    config.token = {
      ...config.token,
      adopt: { from: `local|${home("studio")}/.clawdbot/clawdbot.json|gateway.auth.token` },
    }
    config.afterRotation = [{ host: "local", command: `touch ${home("hook-ran")}` }]
    await deploys(stack, config)
    expect(readFileSync(join(home("studio"), secretFile), "utf8").trim() === token).toBe(true)
    for (const name of ["bin/start-node.sh", "gateway/docker-compose.yml"])
      expect(readFileSync(join(home("tw"), name), "utf8")).not.toContain(stale)
    expect(existsSync(home("hook-ran"))).toBe(true)
  })

  test.skipIf(noDockerEngine)(
    `of containers only makes the gateway's container with its token in a file [${noDockerEngine ?? "real Docker"}]`,
    async () => {
      const engine = await startDockerEngine()
      onTestFinished(() => engine.stop())
      engine.image("gatekey/example:1", busyboxRoot, ["ENV PATH=/bin"])
      const docker = plugins("docker")
      const stack = await started({ ...engine.env, ...docker.env }, docker.providers)
      const config = exampleOf("containers.yaml", stack, 0)
      const data = join(stack.folder, "data")
      lay(data, { "openclaw.json": '{ gateway: { mode: "local" } }\n' })
      const serve = ["sh", "-c", "trap exit TERM; httpd -f -p 18789 -h / & wait"]
      const own = { image: "gatekey/example:1", data, command: serve, port: await freePort() }
      Object.assign(config.containers?.["studio-docker"] ?? {}, own)
      await deploys(stack, config)
      expect(engine.docker("ps", "--format", "{{.Names}}").trim()).toBe("openclaw-gateway")
      expect(readFileSync(join(data, "gatekey-token"), "utf8").trim()).toMatch(/^[0-9a-f]{64}$/)
      await works(stack, "destroy", "--yes")
      expect(engine.docker("ps", "-aq").trim()).toBe("")
    },
  )

  test("of a program deploys a gateway of its own, without a file of configuration", async () => {
    const space = await workspace({ places: {} })
    onTestFinished(async () => {
      await endLeftBehind(space.folder)
      space.remove()
    })
    layExample("program", space.project)
    const main = join(space.project, "index.ts")
    const program = readFileSync(main, "utf8")
    const [port, gateway] = [await freePort(), space.at("gateway")]
    const script = `${gateway}.mjs`
    writeFileSync(script, doubleProgram)
    const variables = `TAKES="$(cat ${space.at(secretFile)})" PORT=${port} SHOWN=${space.at("shown")}`
    writeFileSync(gateway, `#!/bin/sh\n${variables} exec ${process.execPath} ${script}\n`, { mode: 0o755 })
    const changed = program
      .replace('"systemd"', `"process", port: ${port}`)
      .replace('["/usr/bin/openclaw", "gateway", "run"]', JSON.stringify([gateway]))
      .replace('maxAge: "30d" }', 'maxAge: "30d" }, protect: false')
    expect(changed).toContain(gateway)
    writeFileSync(main, changed)
    const inline = inlineProgram(main, { cwd: space.project, env: space.env })
    onTestFinished(() => inline.end())
    const pulumi = async (...args: string[]) => space.run(...args, ...(await inline.wordsFor(args[0])))
    await works({ pulumi }, ...up)
    await works({ pulumi }, "preview", "--expect-no-changes")
    expect(readFileSync(space.at(secretFile), "utf8").trim()).toMatch(/^[0-9a-f]{64}$/)
    await works({ pulumi }, "destroy", "--yes")
    expect(existsSync(space.at(secretFile))).toBe(false)
  })
})

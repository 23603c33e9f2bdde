import { spawnSync } from "node:child_process"
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { endLeftBehind } from "../engine/kill.ts"
import { root } from "../engine/program.ts"
import { type FleetStack, fleetStack } from "../fleets/fleet-stack.ts"
import { startGateway } from "../products/gateway.ts"
import { freePort } from "../products/listener.ts"

type Data = { readonly [key: string]: unknown }

// Run as a program, from this tree or from one in which every message is pseudo-text: prints what machines read of a fleet's
// life with a real gateway, without any sentence. `test/engine/pseudo-text.test.ts` compares the two.
const gateway = await startGateway("openclaw", undefined, true)
const stack = await fleetStack()
const [guarded, sidecar] = [await freePort(), await freePort()]
try {
  console.log(JSON.stringify(await life(stack), undefined, 1))
} finally {
  await stack.pulumi("destroy", "--yes")
  for (const home of [gateway.home, stack.folder]) await endLeftBehind(home)
  await stack.remove()
  await gateway.stop()
}

async function life(stack: FleetStack): Promise<Data> {
  const home = (name: string) => join(stack.folder, name)
  const write = (name: string, text: string, mode = 0o600) => {
    mkdirSync(dirname(home(name)), { recursive: true, mode: 0o700 })
    writeFileSync(home(name), text, { mode })
    chmodSync(home(name), mode)
  }
  const route = (port: number) =>
    JSON.stringify({ gateway: { mode: "remote", remote: { url: `ws://127.0.0.1:${port}` } } })
  for (const name of ["tw", "mini", "attic"]) write(`${name}/.openclaw/openclaw.json`, route(gateway.port))
  const declare = (rotation: number, seconds: string) => declareFleet(stack, rotation, seconds)

  declare(1, "100001")
  const first = await observed(stack)
  const up = await stack.pulumi("up", "--yes", "--skip-preview")
  const settled = await observed(stack)

  write("tw/.openclaw/.env", "OPENCLAW_GATEWAY_TOKEN=clawdbot-local-dev\n")
  write("tw/.openclaw/gatekey/gateway-token", "not-the-token-0123456789abcdef0123456789abcdef\n", 0o644)
  write("mini/.openclaw/openclaw.json", "{ gateway: {", 0o600)
  write(
    "attic/.openclaw/state/openclaw.sqlite",
    `nodeHost.config{"gateway":{"host":"127.0.0.1","port":${await freePort()},"tls":false}}`,
  )
  const spoilt = await observed(stack)
  const doctor = gatekey(stack, "doctor", "--json", "--home", home("tw"))
  const scan = gatekey(stack, "scan", "--json", "--home", home("tw"))
  const guarding = await spoiltGuard(stack)
  const policies = violations((await stack.pulumi("preview", "--policy-pack", join(root, "policy"))).output)

  write("mini/.openclaw/openclaw.json", route(gateway.port))
  rmSync(home("attic/.openclaw/state"), { recursive: true })
  declare(2, "100002")
  const rotation = await observed(stack)
  const rotated = await stack.pulumi("up", "--yes", "--skip-preview")
  const history = gatekey(stack, "history", "--json", "--stack", "dev")
  const after = await observed(stack)
  return {
    codes: { up: up.code, rotated: rotated.code },
    ...{ first, settled, spoilt, guarding, rotation, after, policies },
    doctor: { exit: doctor.exit, codes: codesIn(doctor.json) },
    scan: { exit: scan.exit, codes: codesIn(scan.json) },
    history: { exit: history.exit, ...historyOf(history.json) },
  }
}

function declareFleet(stack: FleetStack, rotation: number, seconds: string): void {
  const { home, port, secretFile } = gateway
  const member = { host: "local", manager: "process", service: "none", predecessor: false }
  const at = (name: string) => ({ ...member, home: join(stack.folder, name) })
  stack.declare({
    token: { rotation, protect: false, adopt: { from: `local|${secretFile}|*` } },
    gateways: { studio: { ...member, home, port } },
    nodes: {
      tw: { ...at("tw"), sidecar },
      mini: { ...at("mini"), service: "manage", program: { command: ["/bin/sleep", seconds] } },
      attic: { ...at("attic"), credential: "device" },
    },
    guard: { studio: { listen: `127.0.0.1:${guarded}`, names: ["studio.test"] } },
    clients: { desk: { host: "local", auth: "jwt", scopes: ["operator.read"] } },
  })
}

/** A preview while the guard's configuration, the node's certificate and the client's key are not as they have to be. */
async function spoiltGuard({ folder, ...stack }: FleetStack): Promise<Data> {
  const files = [
    join(gateway.home, ".local/state/gatekey/studio-guard/proxy.cfg"),
    join(folder, "tw/.local/state/gatekey/tw-sidecar/own.pem"),
    join(folder, "home/.local/state/gatekey/desk/client.key"),
  ]
  const before = files.map((file) => readFileSync(file))
  for (const file of files) writeFileSync(file, "spoilt\n")
  const seen = await observed({ folder, ...stack })
  for (const [at, file] of files.entries()) writeFileSync(file, before[at] ?? "")
  return seen
}

/** A preview as the engine tells it to machines, and as `gatekey report` does. */
async function observed(stack: FleetStack): Promise<Data> {
  const { code, output } = await stack.pulumi("preview", "--json")
  const { exit, json } = gatekeyOn(stack, output, "report", "--json")
  return { code, steps: stepsIn(JSON.parse(output)), report: { exit, ...reportOf(json) } }
}

function stepsIn({ steps = [] }: { steps?: readonly Data[] }): readonly unknown[] {
  return steps
    .filter(({ op }) => !["same", "refresh", "read"].includes(String(op)))
    .map(({ op, urn, diffReasons, replaceReasons, detailedDiff }) => ({
      op,
      is: String(urn)
        .split("::")
        .slice(2)
        .join("::")
        .replace(/port \d+$/, "port"),
      ...{ diffReasons, replaceReasons },
      detailed: Object.keys((detailedDiff as object) ?? {}).sort(),
    }))
    .sort((one, other) => one.is.localeCompare(other.is))
}

function reportOf({ whole, rotation, places, impacts, findings, created, removed, firstPlaces, members }: Data): Data {
  return {
    ...{ whole, rotation, created: list(created).length, removed, firstPlaces },
    places: sorted(list(places).map(({ name, differs }) => ({ name, differs }))),
    impacts: sorted(list(impacts).map(({ name, restart }) => ({ name, restart }))),
    findings: sorted(
      list(findings).map(({ severity, name, remedy }) => ({ severity, name, hasRemedy: remedy !== undefined })),
    ),
    members: list(members).map(({ kind, name, state, words, link }) => ({
      ...{ kind, name, state, words: list(words).length },
      link: link === undefined ? null : { to: (link as Data).to, state: (link as Data).state },
    })),
  }
}

function historyOf({ clean, changes }: Data): Data {
  return {
    clean,
    changes: list(changes).map(({ from, to, kind, outcome, verdicts, refusals, holders, lagging }) => ({
      ...{ from, to, kind, outcome, holders, lagging },
      ...{ verdicts: list(verdicts).length, refusals: list(refusals).length },
    })),
  }
}

/** Each `code`, wherever it stands. */
function codesIn(value: unknown): readonly string[] {
  const codes: string[] = []
  JSON.stringify(value, (key, each) => {
    if (key === "code" && typeof each === "string") codes.push(each)
    return each
  })
  return codes.sort()
}

function violations(output: string): readonly string[] {
  return [
    ...new Set([...output.matchAll(/- \[(\w+)\] +([a-z-]+) +\(/g)].map(([, level, name]) => `${level} ${name}`)),
  ].sort()
}

function gatekey(stack: FleetStack, ...args: string[]) {
  return gatekeyOn(stack, "", ...args)
}

function gatekeyOn(
  stack: FleetStack,
  input: string,
  ...args: string[]
): { readonly exit: number | null; readonly json: Data } {
  const cwd = join(stack.folder, "project")
  const { status, stdout, stderr } = spawnSync(join(root, "cli/gatekey"), args, {
    cwd,
    env: stack.env,
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  })
  if (!stdout.startsWith("{")) throw new Error(`gatekey ${args[0]}: ${stdout}${stderr}`)
  return { exit: status, json: JSON.parse(stdout) }
}

/** The order of a preview is that in which the engine was done. */
function sorted(all: readonly Data[]): readonly Data[] {
  const key = (each: Data) => JSON.stringify(each)
  return all.toSorted((one, other) => key(one).localeCompare(key(other)))
}

function list(value: unknown): readonly Data[] {
  return Array.isArray(value) ? value : []
}

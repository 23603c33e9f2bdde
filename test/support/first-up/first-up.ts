import { execFile } from "node:child_process"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { parseDocument, stringify } from "yaml"
import { root } from "../engine/program.ts"
import type { Command } from "../engine/workspace.ts"
import { type FleetStack, fleetStack } from "../fleets/fleet-stack.ts"
import { strong } from "../tokens.ts"
import { type Client, clientOf, said } from "./client.ts"
import { changes, filesOf, holdersOf } from "./files.ts"
import { type Running, startRow } from "./gateway.ts"
import type { Row } from "./rows.ts"

type Ended = Awaited<Command["ended"]>

/** What came of one row. */
export interface Walked {
  readonly scan: string
  readonly preview: Ended
  readonly up?: Ended
  /** A preview after it. */
  readonly again?: Ended
  /** Seconds in which the client was not let in: announced, and the longest. */
  readonly announced: number
  readonly longest: number
  /** What else than before the client was told. */
  readonly told: readonly string[]
  /** How often the gateway started, but for the first time. */
  readonly restarts: number
  /** How much slower than an idle machine this one is. */
  readonly slowness: number
  /** Files of the home that were written, and those of them that the preview does not name. */
  readonly written: readonly string[]
  readonly unnamed: readonly string[]
  /** Files that hold the token since. */
  readonly copies: readonly string[]
  /** Whether the state knows the token that clients have. */
  readonly known: boolean
  /** What the gateway says to the client: before anything was done, and in the end. */
  readonly before: string
  readonly says: string
  readonly printed: string
  /** What the gateway printed. */
  readonly log: string
  readonly secret: string
}

const idleSeconds = 10
const reloadSeconds = 1.5

/** Scan, preview, up and one more preview of a gateway that somebody made by hand, with a client that connects all the time. */
export async function walk(row: Row): Promise<Walked> {
  const token = row.weak ? "clawdbot-local-dev" : strong()
  const running = await startRow(row, token)
  const stack = await fleetStack(running.env)
  const { shows = "token" } = row
  // clawdbot asks whoever sends no token for a device, and in mode password checks none that is sent.
  const password = { password: token, ...(row.product === "clawdbot" ? { token: "none" } : {}) }
  const auth = { token: { auth: { token } }, password: { auth: password }, nothing: {} }[shows]
  const ports = [running.port, ...(running.beside === undefined ? [] : [running.beside])]
  const clients = await Promise.all(ports.map((port) => clientOf({ port, ...auth })))
  try {
    const walked = await observe(row, token, running, stack, clients)
    // A machine may be busier than when the gateway was started.
    const isLate = !row.weak && walked.longest > longestOf(walked)
    const seconds = row.started === "nothing" || isLate ? await running.again() : running.seconds
    const says = await Promise.all(ports.map((port) => said({ port, ...auth })))
    const log = running.log()
    return {
      ...walked,
      log,
      slowness: Math.max(walked.slowness, seconds / idleSeconds),
      says: [...new Set(says)].join(),
    }
  } finally {
    for (const client of clients) await client.end()
    await running.stop()
    await stack.remove()
  }
}

/** Seconds that a client may be sent away, on a machine like this one. A reload is no restart. */
export function longestOf({ announced, slowness }: Pick<Walked, "announced" | "slowness">): number {
  return (announced || reloadSeconds) * slowness
}

async function observe(row: Row, token: string, running: Running, stack: FleetStack, clients: readonly Client[]) {
  const { home, port } = running
  const { product = "openclaw" } = row
  const scan = await gatekey(stack, "scan", "--home", home, "--write", "Pulumi.found.yaml")
  const file = join(stack.folder, "project/Pulumi.found.yaml")
  const found = existsSync(file) ? readFileSync(file, "utf8") : ""
  const name = (text: string) => Object.keys(parseDocument(text).toJS()?.config?.["gatekey:gateways"] ?? {})[0]
  const declared = parseDocument(name(found) ? found : byHand(home, port, product))
  const gateway = name(declared.toString())
  if (row.delivery) declared.setIn(["config", "gatekey:gateways", gateway, "delivery"], row.delivery)
  if (row.overwrites) declared.setIn(["config", "gatekey:gateways", gateway, "overwrite"], true)
  declared.setIn(["config", "gatekey:token", "protect"], false)
  writeFileSync(file, declared.toString())
  await stack.pulumi("stack", "init", "found")
  if (row.adopts === "secret")
    await stack.pulumi("config", "set", "--stack", "found", "--secret", "--path", "gatekey:token.adopt.value", token)
  const before = filesOf(home)
  const holders = holdersOf(home, token)
  const preview = await stack.pulumi("preview", "--stack", "found", "--diff")
  const announced = [...preview.output.matchAll(/about (\d+) s without an answer/g)].reduce(
    (sum, [, each]) => sum + Number(each),
    0,
  )
  const steps = preview.code === 0 ? await stack.pulumi("preview", "--stack", "found", "--json") : preview
  const frozen = row.freezes && preview.code === 0 ? running.freeze(1000 * row.freezes) : undefined
  const up = preview.code === 0 ? await stack.pulumi("up", "--yes", "--stack", "found") : undefined
  await frozen
  const again = up?.code === 0 ? await stack.pulumi("preview", "--expect-no-changes", "--stack", "found") : undefined
  await pause(1000)
  const written = changes(before, filesOf(home))
  const named = up ? namedIn(steps.output) : []
  const state = up ? (await stack.pulumi("stack", "export", "--show-secrets", "--stack", "found")).output : ""
  return {
    scan: scan.split("\n")[1] ?? "",
    ...{ preview, announced, written },
    longest: Math.max(...clients.map((client) => client.longest())),
    told: clients.flatMap((client) => client.told()),
    before: [...new Set(clients.map((client) => client.before))].join(),
    ...(up ? { up } : {}),
    ...(again ? { again } : {}),
    restarts: Math.max(0, running.starts() - clients.length),
    slowness: Math.max(1, running.seconds / idleSeconds),
    unnamed: written.filter((path) => !named.includes(path)),
    copies: holdersOf(home, token).filter((path) => !holders.includes(path)),
    known: state.includes(token),
    printed: [scan, preview.output, steps.output, up?.output, again?.output].join("\n"),
    secret: token,
  }
}

interface Preview {
  readonly steps: readonly {
    readonly urn: string
    readonly newState?: { readonly inputs?: { readonly [key: string]: unknown } }
  }[]
  readonly diagnostics?: readonly { readonly urn?: string }[]
}

/**
 * The files that a preview says it will write: places that get something, those of which it says what becomes of them,
 * and its own markers.
 */
function namedIn(output: string): string[] {
  const { steps, diagnostics = [] }: Preview = JSON.parse(
    output.slice(output.indexOf("{"), output.lastIndexOf("}") + 1),
  )
  return steps.flatMap(({ urn, newState }) => {
    const { path, must, markers } = newState?.inputs ?? {}
    const isTold = must !== "nothing" || diagnostics.some((each) => each.urn === urn)
    return [...(typeof path === "string" && isTold ? [path] : []), ...markersIn(markers)]
  })
}

function markersIn(markers: unknown): string[] {
  if (typeof markers === "string") return [markers]
  return typeof markers === "object" && markers !== null ? Object.values(markers).flatMap(markersIn) : []
}

/** What somebody writes for a gateway that the scan does not declare. */
function byHand(home: string, port: number, product: string): string {
  const gateways = { studio: { host: "local", home, product, port, manager: "process" } }
  return stringify({ config: { "gatekey:token": { rotation: 1 }, "gatekey:gateways": gateways } })
}

function gatekey(stack: FleetStack, ...args: string[]): Promise<string> {
  const at = { cwd: join(stack.folder, "project"), env: stack.env, timeout: 240_000 }
  return new Promise((done) =>
    execFile(join(root, "cli/gatekey"), args, at, (_, stdout, stderr) => done(stdout + stderr)),
  )
}

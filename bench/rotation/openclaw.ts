import { availableParallelism, loadavg } from "node:os"
import { median, rounded } from "../figures.ts"
import { knock, newDevice, now } from "./client.ts"
import { type LiveFleet, startFleet } from "./fleet.ts"
import { type Prober, prober, type Try } from "./prober.ts"
import { nextWrite } from "./written.ts"

const nodes = 3

export interface OpenclawFigures {
  readonly rotations: number
  /** Of both clients. */
  readonly connects: number
  /** Of the device-token client. */
  readonly failed: number
  /** Of the client that reads the secret file at each connect. */
  readonly file_reader_failed: number
  /** Nodes whose connection was another one after a rotation. */
  readonly node_drops: number
  /** Median, from the write until the gateway accepted the new token. */
  readonly accept_ms: number | null
}

export interface UpFigures {
  readonly up_s: number | null
  readonly up_over_noop: number | null
}

/** Rotates a real gateway with nodes in a row, while two clients connect; then measures whole rotations alone. */
export async function benchOpenclaw(
  folder: string,
  rotations: number,
  pairs: number,
): Promise<{ openclaw: OpenclawFigures } & UpFigures> {
  const fleet = await startFleet({ folder, product: "openclaw", nodes })
  await settled(fleet)
  const { device, deviceToken } = await paired(fleet)
  const probers = {
    device: prober(fleet.port, () => ({ device, deviceToken })),
    file: prober(fleet.port, () => ({ token: fleet.token() })),
  }
  const times: number[] = []
  const writes: number[] = []
  let drops = 0
  let before = await fleet.nodes()
  for (let rotation = 3; rotation < rotations + 3; rotation++) {
    const old = fleet.token()
    const { milliseconds, seconds, written } = await rotated(fleet, rotation)
    const { verdict } = await knock(fleet.port, { token: old })
    if (verdict !== "refused") throw new Error(`the old token is ${verdict} after rotation ${rotation - 2}`)
    const after = await fleet.nodes()
    const dropped = [...before].filter(([name, at]) => after.get(name) !== at)
    drops += dropped.length
    before = after
    times.push(milliseconds)
    writes.push(written)
    console.log(
      `openclaw ${rotation - 2}: up ${rounded(seconds)} s, accepted ${Math.round(milliseconds)} ms after the write, ${describeProbers(probers)}, ${dropped.length} dropped (load ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores)`,
    )
  }
  await Promise.all([probers.device.stop(), probers.file.stop()])
  for (const [name, { tries }] of Object.entries(probers))
    for (const line of failures(tries, writes)) console.log(name, line)
  const failed = ({ tries }: Prober) => tries.filter(({ verdict }) => verdict !== "accepted").length
  return {
    openclaw: {
      rotations,
      connects: probers.device.tries.length + probers.file.tries.length,
      failed: failed(probers.device),
      file_reader_failed: failed(probers.file),
      node_drops: drops,
      accept_ms: rounded(median(times)),
    },
    ...(await ups(fleet, rotations + 2, pairs)),
  }
}

/** Rotates once, as a node's first connection uses the token itself, and all others its device token. */
async function settled(fleet: LiveFleet): Promise<void> {
  fleet.declare(2)
  await fleet.pulumi("up", "--yes", "--skip-preview")
  await fleet.ready()
}

/** Pairs a device of an operator by the shared token, which it does not use afterwards. */
export async function paired(fleet: LiveFleet) {
  const device = newDevice()
  const { session, why } = await knock(fleet.port, { token: fleet.token(), device })
  const { deviceToken } = session ?? {}
  session?.close()
  if (deviceToken === undefined) throw new Error(`the gateway gave no device token (${why})`)
  return { device, deviceToken }
}

/** Runs one `up`; the end of a connection with the old token is the moment in which that token is revoked. */
async function rotated(fleet: LiveFleet, rotation: number) {
  fleet.declare(rotation)
  const { session, why } = await knock(fleet.port, { token: fleet.token() })
  if (!session) throw new Error(`the gateway does not accept its token: ${why}`)
  const { written, stop } = nextWrite(fleet.file)
  const accepted = session.closed.then(async ({ code }) => {
    const { at } = await written
    const { session, why } = await knock(fleet.port, { token: fleet.token() })
    const milliseconds = now() - at
    session?.close()
    if (code !== 4001 || !session)
      throw new Error(`the connection was closed with ${code}, and then: ${why || "accepted"}`)
    return { milliseconds, written: at }
  })
  try {
    const [{ seconds }, took] = await Promise.all([fleet.pulumi("up", "--yes"), accepted])
    return { seconds, ...took }
  } finally {
    stop()
    session.close()
  }
}

/** Measures whole rotations, and the same `up` with nothing to change, in turn. */
async function ups(fleet: LiveFleet, first: number, pairs: number): Promise<UpFigures> {
  const times = { rotation: [] as number[], noop: [] as number[] }
  for (let run = 1; run <= pairs; run++) {
    fleet.declare(first + run)
    times.rotation.push((await fleet.pulumi("up", "--yes")).seconds)
    times.noop.push((await fleet.pulumi("up", "--yes")).seconds)
    console.log(`up ${run}: rotation ${rounded(times.rotation.at(-1))} s, no change ${rounded(times.noop.at(-1))} s`)
  }
  const [rotation, noop] = [median(times.rotation), median(times.noop)]
  return { up_s: rounded(rotation), up_over_noop: rounded(rotation / noop) }
}

function describeProbers(probers: { readonly [name: string]: Prober }): string {
  return Object.entries(probers)
    .map(([name, { tries }]) => {
      const failed = tries.filter(({ verdict }) => verdict !== "accepted").length
      return `${name} ${tries.length} connects, ${failed} failed`
    })
    .join(", ")
}

/** Describes each failed connect, and how long after the write nearest to it it began. */
function failures(tries: readonly Try[], writes: readonly number[]): string[] {
  return tries
    .filter(({ verdict }) => verdict !== "accepted")
    .map(({ begun, ended, verdict, why }) => {
      const away = writes.map((at) => begun - at).sort((one, other) => Math.abs(one) - Math.abs(other))
      return `${verdict} (${why}): begun ${Math.round(away[0] ?? Number.NaN)} ms after the write, answered ${Math.round(ended - begun)} ms later`
    })
}

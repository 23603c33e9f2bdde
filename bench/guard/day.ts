import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import type { Identity } from "../../certificates/identity.ts"
import type { AuthorityStep } from "../../core/authority-phase.ts"
import { Secret } from "../../core/secret.ts"
import { describeVerdict } from "../../gateways/verdict.ts"
import { files } from "../../proxies/guard.ts"
import type { Step } from "../../test/support/engine/managed.ts"
import { revealed } from "../../test/support/engine/wire.ts"
import type { Haproxy } from "../../test/support/proxies/haproxy.ts"
import { type Pki, pkiOf } from "../../test/support/proxies/pki.ts"
import { atLeast, type Expectations, exactly, type Result } from "./expected.ts"
import { knockBy, type Live, openLive, startLiveNode } from "./live.ts"
import { guardNames } from "./site.ts"

export const dayExpected: Expectations = {
  "day.connects": atLeast(60),
  "day.failed": exactly(0),
  "day.renewals": atLeast(10),
  "day.ca_rotations": exactly(1),
  "day.reloads": atLeast(24),
  "day.node_reconnects": exactly(0),
}

const rounds = 12
const leastConnects = 60
const everyMilliseconds = 1000
/** Days: of a certificate that is due for renewal, as a third of its life is over. */
const aged = { begun: -5, lifetime: 7 }

const rotation: readonly AuthorityStep[] = [
  { generation: 2, phase: "trust" },
  { generation: 2, phase: "clients" },
  { generation: 2, phase: "servers" },
  { generation: 2 },
]

/** A day speeded up: an authority that is rotated, certificates that are renewed and reloads, while a real node stays and another connect comes each second. */
export async function day(): Promise<Result> {
  const live = await openLive()
  const node = await startLiveNode(live)
  const own = pkiOf(authorityOf(live))
  const first = live.ca()
  const before = node.connects()
  const probe = knocking(node.sidecar.port)
  let renewals = 0
  const parts = [
    {
      ...live.guard,
      who: { name: "studio", role: "guard", names: guardNames },
      load: () => live.up([{ name: "tw" }]),
    },
    { ...node.sidecar, who: { name: "tw" }, load: node.sidecar.up },
  ] as const
  for (let round = 0; round < rounds; round++) {
    for (const { folder, renew, who, load } of parts) {
      if ((await renewed(own, folder, who, renew)) === "update") renewals++
      await load()
    }
  }
  for (const to of rotation) {
    await live.rotate(to)
    await pause(everyMilliseconds)
  }
  while (probe.tried() < leastConnects) await pause(everyMilliseconds)
  const failed = await probe.stop()
  for (const each of failed) console.log(`day: a connect failed: ${each}`)
  const reloads = [await reloadsOf(node.proxies.guard), await reloadsOf(node.proxies.sidecar)]
  return {
    day: {
      connects: probe.tried(),
      failed: failed.length,
      renewals,
      ca_rotations: rotated(live, first) ? 1 : 0,
      reloads: reloads.reduce((sum, each) => sum + each, 0),
      node_reconnects: node.connects() - before,
    },
  }
}

/** Checks whether another authority has taken the first one's place everywhere. */
function rotated({ ca, guard }: Live, first: string): boolean {
  const trusted = readFileSync(join(guard.folder, files.authority), "utf8")
  return ca() !== first && trusted.trim() === ca().trim()
}

function authorityOf({ authority, ca }: Live) {
  return { certificate: ca(), key: new Secret(revealed(authority.state?.outputs.key)), domain: "home" }
}

/** Puts a certificate there that is due, as the same one would be after a third of its life, and has an `up` see it. */
async function renewed(own: Pki, folder: string, who: Partial<Identity>, renew: () => Promise<Step>): Promise<Step> {
  const { pem } = await own.make(who, aged.begun, aged.lifetime)
  writeFileSync(join(folder, files.certificate), pem, { mode: 0o600 })
  return renew()
}

/** Connects each second, whatever becomes of the connect before. */
function knocking(port: number) {
  const failed: string[] = []
  const underWay: Promise<void>[] = []
  const one = async () => {
    const verdict = await knockBy(port)
    if (verdict.kind !== "accepted") failed.push(describeVerdict(verdict))
  }
  const timer = setInterval(() => {
    underWay.push(one().catch((error) => void failed.push(String(error))))
  }, everyMilliseconds)
  return {
    tried: () => underWay.length,
    async stop() {
      clearInterval(timer)
      await Promise.all(underWay)
      return failed
    },
  }
}

/** How often it has loaded its configuration again, by its master's own count. */
async function reloadsOf({ ask }: Haproxy): Promise<number> {
  return Number(/^\d+\s+master\s+(\d+)/m.exec(await ask("show proc"))?.[1] ?? 0)
}

import { productNames } from "../../products/product.ts"
import { hasPulumi } from "../support/engine/machine.ts"
import { noDockerEngine } from "../support/hosts/docker-engine.ts"
import { noLaunchd } from "../support/hosts/launchd.ts"
import { noSystemdHosts, startFarm } from "../support/hosts/ssh-farm.ts"
import { noProduct } from "../support/products/gateway.ts"
import { startClawdbot } from "./clawdbot.ts"
import type { Fleet } from "./fleet.ts"
import type { Incident, Tool } from "./incident.ts"
import { foldersSeen } from "./machine.ts"
import { startOpenclaw } from "./openclaw.ts"
import type { Usual } from "./own.ts"
import { type Result, run } from "./run.ts"

/** Why the suite cannot be run here; undefined where it can, and always where CI is set. */
export const missing: string | undefined =
  noSystemdHosts ??
  noDockerEngine ??
  noLaunchd ??
  noProduct("openclaw") ??
  noProduct("clawdbot") ??
  (hasPulumi || process.env.CI ? undefined : "no pulumi on PATH: run make setup")

/** Those that were started. */
export type Fleets = ReadonlyMap<Incident["fleet"], Fleet>

/** The hosts of the fleets that the incidents are about, with all that is to be broken. */
export async function startSuite(
  incidents: readonly Incident[],
): Promise<{ readonly fleets: Fleets; stop(): Promise<void> }> {
  const path = "PATH=/home/oc/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
  const farm = await startFarm(4, {
    systemd: true,
    folders: foldersSeen(),
    sshd: [`SetEnv ${path} LAUNCHD_DOUBLE=/home/oc/.launchd`],
  })
  const wanted = productNames.filter((name) => incidents.some(({ fleet }) => fleet === name))
  const started = await Promise.allSettled(wanted.map((name) => starts[name](farm)))
  const fleets = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []))
  const stop = async () => {
    for (const fleet of fleets) await fleet.stop()
    await farm.stop()
  }
  const failed = started.find((each) => each.status === "rejected")
  if (!failed) return { fleets: new Map(fleets.map((fleet) => [fleet.product, fleet])), stop }
  await stop()
  throw failed.reason
}

const starts = { openclaw: startOpenclaw, clawdbot: startClawdbot } as const

/** Runs them all, each fleet's one after the other, the fleets side by side. @returns what came of each, by its id */
export function runAll(
  fleets: Fleets,
  incidents: readonly Incident[],
  tools: readonly Tool[],
  usual?: ReadonlyMap<Incident["fleet"], Usual>,
): ReadonlyMap<string, Promise<Result>> {
  const last = new Map<Incident["fleet"], Promise<unknown>>()
  return new Map(
    incidents.map((incident) => {
      const before = last.get(incident.fleet) ?? Promise.resolve()
      const result = before.then(() => run(fleetOf(fleets, incident), incident, tools, usual?.get(incident.fleet)))
      last.set(
        incident.fleet,
        result.catch(() => {}),
      )
      result.catch(() => {}) // Whoever waits for it is told.
      return [incident.id, result]
    }),
  )
}

function fleetOf(fleets: Fleets, { fleet }: Incident): Fleet {
  const found = fleets.get(fleet)
  if (!found) throw new Error(`the fleet of ${fleet} was not started`)
  return found
}
